using System.Globalization;
using PSContainer.Cgroups;
using PSContainer.Kernel;
using PSContainer.Runtimes;
using PSContainer.State;

namespace PSContainer.Runtime.Verbs;

/// <summary><c>kill</c>: a signal to the container's init, SIGTERM unless another is named.</summary>
internal static class KillVerb
{
    private const int Kill = 9;

    public static readonly Syntax Syntax = new("kill", "CONTAINER [SIGNAL]", "send a signal to a container's init (SIGTERM)",
        new Option("all", "send it to all processes of the container; no failure when it has ended", Short: 'a'),
        new Option("regex", "CONTAINER is a regular expression that several ids may match", Short: 'r'),
        new Option("signal", "the signal, for who likes an option better", "SIGNAL", 's'))
    { MostWords = 2 };

    public static int Run(GlobalOptions options)
    {
        var line = new CommandLine(Syntax, options.VerbArguments);
        string word = line.Word(0, "container's id");
        int signal = ParseSignal(line.Words.Count > 1 ? line.Words[1] : line.Value("signal") ?? "SIGTERM");
        foreach (string id in ContainerWord.ResolveAll(options, word, line.Has("regex")))
            Send(options.Store, id, signal, line.Has("all"));
        return 0;
    }

    // 0 sends nothing and only asks whether there is a process, kill(2).
    private static int ParseSignal(string word) =>
        word == "0" ? 0 : (int)SignalName.Parse(word);

    private static void Send(StateStore store, string id, int signal, bool toAll)
    {
        ContainerState? state = store.Read(id);
        using FileHandle? init = state is { Pid: > 0 } ? Pidfd.Open(state.Pid) : null;
        ContainerStatus status = store.StatusOf(id, state);
        Cgroup? cgroup = state is { Cgroups.Count: > 0 } && Cgroup.Open(state.Cgroups) is { Exists: true } own ? own : null;
        // Without a pid namespace of its own the others do not end with the init, which may even be gone already.
        bool meansAll = toAll || (signal == Kill && !HasOwnPids(store, id));
        bool reached = init is not null && ContainerWord.IsAlive(status) && Deliver(store, id, init, signal);
        if (signal == Kill && status == ContainerStatus.Paused)
            cgroup?.LetDie();
        if (meansAll && cgroup is not null)
            reached |= SendToAll(cgroup, signal, init is null ? 0 : state!.Pid);
        if (!reached && !toAll)
            throw ContainerWord.NotRunning(id, status, "a created, running or paused one takes signals");
    }

    // What another runtime calls the container's first process need not be the process that the command is in.
    private static bool Deliver(StateStore store, string id, FileHandle init, int signal)
    {
        if (signal == 0 || OciRuntime.Of(store, id) is not { } other)
            return Pidfd.SendSignal(init.Fd, signal);
        other.Kill(signal);
        return true;
    }

    private static bool HasOwnPids(StateStore store, string id) =>
        store.ReadSpec(id)?.Linux?.Namespaces?.Any(one => one.Type == "pid" && one.Path is null) == true;

    /// <returns>Whether there was any process.</returns>
    private static bool SendToAll(Cgroup cgroup, int signal, int init)
    {
        bool wasPopulated = cgroup.IsPopulated;
        if (signal == Kill)
        {
            cgroup.Kill();
            return wasPopulated;
        }
        foreach (int pid in cgroup.GetProcessIds())
        {
            using FileHandle? process = Pidfd.Open(pid);
            // Between the list and here the pid can have passed to another process. The init has the signal already.
            if (process is not null && pid != init && cgroup.GetProcessIds().Contains(pid))
                Pidfd.SendSignal(process.Fd, signal);
        }
        return wasPopulated;
    }
}
