using PSContainer.Cgroups;
using PSContainer.Kernel;
using PSContainer.State;
using PSContainer.Steps.Host;

namespace PSContainer.Runtime.Verbs;

/// <summary>
/// <c>run</c>: create and start in one; in the foreground it waits for the end, removes the container, and exits alike.
/// </summary>
internal static class RunVerb
{
    public static readonly Syntax Syntax = new("run", "CONTAINER", "create and start a container",
    [
        .. StartOptions.Shared,
        new Option("detach", "return once it is started, instead of waiting for its end", Short: 'd'),
        new Option("keep", "keep the container once its command has ended in the foreground"),
        new Option("die-with-parent", "end it when the calling process ends; codes as docker has them"),
        new Option("cancel", "a pipe: a byte in it, or its end, kills the process, also before it runs", "FILE"),
    ]);

    public static int Run(GlobalOptions options)
    {
        var start = new StartOptions(new CommandLine(Syntax, options.VerbArguments), options);
        bool detaches = start.Line.Has("detach");
        options.ServesPerson = start.Line.Has("die-with-parent");
        using var foreground = detaches ? null : new Foreground(options.ServesPerson, start.Line.Value("cancel"));
        using WayOut? wayOut = foreground is null ? WayOut.OfSignals(ForwardedSignals.Ending) : null;
        using ContainerStart container = ContainerStart.Prepare(
            options.Store, start.Request(parks: false, foreground)
                with { UsesSystemd = options.UsesSystemd });
        DebugLog.Write(options.Log, container.Plan);
        using InitProcess init = container.Run();
        using NotifySocket? notifications = start.Notifications;
        ContainerState? started = foreground is null ? null : options.Store.Read(start.Id);
        // The lock is for the start: while the container runs, other commands are at work on it.
        container.Dispose();
        if (foreground is null)
        {
            notifications?.Forward(init.Pid, init.PidFd, start.Warn);
            return 0;
        }
        Thread? listener = notifications?.ForwardBeside(init.Pid, init.PidFd, start.Warn);
        int code = foreground.WaitFor(init);
        listener?.Join();
        options.IsOutOfMemory = options.Reports && started is { Cgroups.Count: > 0 } && Cgroup.Open(started.Cgroups).OomKillCount > 0;
        if (started is not null && !start.Line.Has("keep"))
            ContainerCleanup.RemoveEnded(options.Store, started, () => MappedVerb.Executable, start.Warn);
        return foreground.Conclude(code, start.Warn);
    }
}
