using PSContainer.Containers;
using PSContainer.Kernel;
using PSContainer.State;

namespace PSContainer.Runtime.Verbs;

/// <summary><c>kill</c>: a signal to the container's init, SIGTERM unless another is named.</summary>
internal static class KillVerb
{
    public static int Run(GlobalOptions options)
    {
        var line = new CommandLine(options.VerbArguments, ["signal|s"], ["all|a"], words: int.MaxValue);
        if (line.Words.Count > 2)
            throw new UsageException($"'{line.Words[2]}' is one word too many");
        string id = ContainerWord.Resolve(options, line.Word(0, "container's id"));
        int signal = (int)SignalName.Parse(line.Words.Count > 1 ? line.Words[1] : line.Value("signal") ?? "SIGTERM");
        ContainerState? state = options.Store.Read(id);
        using FileHandle? init = state is { Pid: > 0 } ? Pidfd.Open(state.Pid) : null;
        ContainerStatus status = options.Store.StatusOf(id, state);
        if (init is null || status is not (ContainerStatus.Created or ContainerStatus.Running or ContainerStatus.Paused) || !Pidfd.SendSignal(init.Fd, signal))
            throw new ContainerStateException($"The container '{id}' is not running.", "Only a created, running or paused container takes signals.") { Target = id };
        return 0;
    }
}
