using PSContainer.Proc;
using PSContainer.State;

namespace PSContainer.Containers;

public sealed partial class Container
{
    private ContainerState? last;
    private ExitRecord? lastExit;
    private ulong lastExitRun;

    /// <summary>Where it is in its life.</summary>
    public ContainerStatus State
    {
        get
        {
            if (!engine.Store.Exists(Id))
                return ContainerStatus.Exited;
            ContainerStatus status = Read(() => (ContainerStatus?)engine.Store.StatusOf(Id, Current)) ?? ContainerStatus.Dead;
            // Removed while it was looked at.
            return status == ContainerStatus.Dead && !engine.Store.Exists(Id) ? ContainerStatus.Exited : status;
        }
    }

    /// <summary>Whether its first process ended, or the container was removed.</summary>
    public bool HasExited => State is ContainerStatus.Exited or ContainerStatus.Dead;

    /// <summary>Host pid of its first process; <see langword="null"/> when it has none.</summary>
    public int? Pid => LivePid;

    /// <summary>The root filesystem as the container sees it, for as long as it lives; <see langword="null"/> later.</summary>
    /// <remarks>
    /// A path for looking, not for writing: whoever uses it on the host follows the links that are inside, absolute ones from the host's
    /// own root. <see cref="SetContent"/>, <see cref="CopyTo"/> and <see cref="CopyFrom"/> resolve them inside.
    /// </remarks>
    public string? RootPath => LivePid is { } pid ? $"/proc/{pid}/root" : null;

    /// <summary>When it was created.</summary>
    public DateTime? CreatedTime => Current?.Created.LocalDateTime;

    /// <summary>When its command was started; <see langword="null"/> before.</summary>
    public DateTime? StartTime => Read(() => ContainerClock.StartTimeOf(this));

    /// <summary>When it ended; <see langword="null"/> before, and when nothing was there to see it.</summary>
    public DateTime? ExitTime => Ended?.Time.LocalDateTime;

    /// <summary>How long it has been running, or ran; <see langword="null"/> before, and when that is not known.</summary>
    public TimeSpan? Uptime => StartTime is { } start ? (HasExited ? ExitTime : DateTime.Now) - start : null;

    /// <summary>Memory that it uses now, in bytes; <see langword="null"/> when it does not live or has no cgroup to tell.</summary>
    public long? MemoryCurrent => HasExited ? null : Read(() => Cgroup?.MemoryCurrent);

    /// <summary>Its exit code, 128 plus the signal's number when a signal ended it; <see langword="null"/> before.</summary>
    public int? ExitCode => Ended?.ExitCode;

    /// <summary>Whether the kernel killed one of its processes for want of memory.</summary>
    public bool OomKilled => Ended?.OomKilled ?? false;

    /// <summary>Namespaces of its first process, while it lives.</summary>
    public IReadOnlyList<ContainerNamespace> Namespaces =>
        LivePid is { } pid ? Read(() => ContainerNamespace.Of(pid)) ?? [] : [];

    internal ContainerState? Current
    {
        get
        {
            if (Read(() => engine.Store.Read(Id)) is { } now)
                last = now;
            return last;
        }
    }

    private int? LivePid =>
        Current is { Pid: > 0 } state && ProcessStat.StartTimeOf(state.Pid) == state.PidStartTime ? state.Pid : null;

    // The end of one run says nothing of the next; of a container that is gone the last word stays.
    private ExitRecord? Ended
    {
        get
        {
            ulong run = Current?.PidStartTime ?? 0;
            if (Read(() => ExitRecord.Read(engine.Store.FileOf(Id, "exit"))) is { } now)
                Keep(now, run);
            else if (run != lastExitRun || LivePid is not null)
                lastExit = null;
            return lastExit;
        }
    }

    /// <summary>Waits for the record of the end of a process that has ended, and keeps it.</summary>
    internal void Settle(LiveProcess? process)
    {
        ulong run = Current?.PidStartTime ?? 0;
        if (Read(() => ExitWatch.Settle(StateDirectory, process)) is { } record)
            Keep(record, run);
    }

    private void Keep(ExitRecord record, ulong run)
    {
        lastExit = record;
        lastExitRun = run;
    }
}
