using PSContainer.Freestanding;
using PSContainer.Kernel;
using PSContainer.State;
using PSContainer.Steps.Host;

namespace PSContainer.Runtime.Verbs;

/// <summary><c>start</c>: lets a created container go on to execve.</summary>
internal static class StartVerb
{
    public static readonly Syntax Syntax = new("start", "CONTAINER", "start the command of a created container");

    public static int Run(GlobalOptions options)
    {
        StateStore store = options.Store;
        string id = ContainerWord.Require(options, Syntax);
        // Another `start` may be listening already.
        using NotifySocket? notifications = NotifySocket.Manager is not null && store.StatusOf(id) == ContainerStatus.Created
            ? NotifySocket.Listen(store.DirectoryOf(id)) : null;
        int pid = notifications is null ? 0 : store.Read(id)?.Pid ?? 0;
        using FileHandle? init = notifications is null ? null : Pidfd.Open(pid);
        using (WayOut.OfSignals(ForwardedSignals.Ending))
            StartSocket.Start(store, id, () => MappedVerb.Executable, options.Log.Warn);
        // The messages of the container's service are handed on for as long as it runs: a signal ends that at once.
        Signals.SetMask(0);
        if (init is not null)
            notifications!.Forward(pid, init.Fd, options.Log.Warn);
        return 0;
    }
}
