namespace PSContainer.Containers;

/// <summary>
/// A thread that tells a container's events. It looks at the count of kills for memory now and then, and waits for the end.
/// </summary>
internal sealed class EventWatch
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private readonly CancellationTokenSource stop = new();
    private readonly Container container;

    // What happens from now on is told, also what happens before the thread has its turn.
    private readonly long killsBefore;

    private EventWatch(Container container)
    {
        this.container = container;
        killsBefore = container.Cgroup?.OomKillCount ?? 0;
    }

    /// <summary>Begins to watch.</summary>
    internal static EventWatch Start(Container container)
    {
        var watch = new EventWatch(container);
        new Thread(watch.Run) { IsBackground = true, Name = $"events of {container}" }.Start();
        return watch;
    }

    /// <summary>Ends watching, soon.</summary>
    internal void Stop() => stop.Cancel();

    private void Run()
    {
        try
        {
            Watch();
        }
        catch (OperationCanceledException)
        {
            // Nobody listens any more.
        }
    }

    private void Watch()
    {
        using LiveProcess? process = LiveProcess.Open(container.Current);
        long kills = killsBefore;
        bool told = false;
        while (process is not null && !process.WaitForEnd(Interval, stop.Token))
        {
            long now = container.Cgroup?.OomKillCount ?? kills;
            if (now <= kills)
                continue;
            kills = now;
            told = true;
            container.RaiseOutOfMemory();
        }
        stop.Token.ThrowIfCancellationRequested();
        container.Settle(process);
        if (container.OomKilled && !told)
            container.RaiseOutOfMemory();
        container.RaiseExited();
    }
}
