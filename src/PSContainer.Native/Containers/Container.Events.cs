namespace PSContainer.Containers;

public sealed partial class Container
{
    private readonly object eventLock = new();
    private EventHandler<ContainerExitedEventArgs>? exited;
    private EventHandler? outOfMemory;
    private EventWatch? watch;

    /// <summary>It ended. Comes on a thread of its own; of a container that has ended already it comes at once.</summary>
    public event EventHandler<ContainerExitedEventArgs>? Exited
    {
        add => Change(() => exited += value);
        remove => Change(() => exited -= value);
    }

    /// <summary>The kernel killed one of its processes for want of memory. Comes on a thread of its own.</summary>
    public event EventHandler? OutOfMemory
    {
        add => Change(() => outOfMemory += value);
        remove => Change(() => outOfMemory -= value);
    }

    internal void RaiseExited() => exited?.Invoke(this, new(ExitCode, ExitTime, OomKilled));

    internal void RaiseOutOfMemory() => outOfMemory?.Invoke(this, EventArgs.Empty);

    // There is a thread only while somebody listens.
    private void Change(Action change)
    {
        lock (eventLock)
        {
            change();
            bool wanted = exited is not null || outOfMemory is not null;
            if (wanted && watch is null)
                watch = EventWatch.Start(this);
            else if (!wanted)
            {
                watch?.Stop();
                watch = null;
            }
        }
    }
}

/// <summary>How a container ended.</summary>
/// <param name="exitCode">Its exit code; <see langword="null"/> when nobody was there to see it.</param>
/// <param name="exitTime">When.</param>
/// <param name="oomKilled">Whether the kernel killed one of its processes for want of memory.</param>
public sealed class ContainerExitedEventArgs(int? exitCode, DateTime? exitTime, bool oomKilled) : EventArgs
{
    /// <summary>Its exit code; <see langword="null"/> when nobody was there to see it.</summary>
    public int? ExitCode { get; } = exitCode;

    /// <summary>When it ended.</summary>
    public DateTime? ExitTime { get; } = exitTime;

    /// <summary>Whether the kernel killed one of its processes for want of memory.</summary>
    public bool OomKilled { get; } = oomKilled;
}
