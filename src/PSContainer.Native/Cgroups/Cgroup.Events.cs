namespace PSContainer.Cgroups;

/// <content>Events, for as long as somebody listens.</content>
public sealed partial class Cgroup
{
    private readonly object _eventLock = new();
    private EventHandler<CgroupEventArgs>? _outOfMemory, _limitReached, _emptied;
    private CgroupWatch? _watch;

    /// <summary>The kernel killed one of its processes for want of memory. Comes on a thread of its own.</summary>
    public event EventHandler<CgroupEventArgs>? OutOfMemory
    {
        add => Change(() => _outOfMemory += value);
        remove => Change(() => _outOfMemory -= value);
    }

    /// <summary>
    /// A limit held something back: memory.max or memory.high made it give back, or pids.max refused a process. Comes on a
    /// thread of its own, once for what happened in short time together.
    /// </summary>
    public event EventHandler<CgroupEventArgs>? LimitReached
    {
        add => Change(() => _limitReached += value);
        remove => Change(() => _limitReached -= value);
    }

    /// <summary>The last process of it and of the cgroups below it is gone. Comes on a thread of its own.</summary>
    public event EventHandler<CgroupEventArgs>? Emptied
    {
        add => Change(() => _emptied += value);
        remove => Change(() => _emptied -= value);
    }

    /// <summary>Counts of memory.events and pids.events; v1's own counters under v2's names.</summary>
    internal IReadOnlyDictionary<string, long> ReadEvents()
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        if (IsUnified("memory"))
        {
            foreach (string name in (string[])["high", "max", "oom", "oom_kill"])
                Add($"memory.{name}", Key("memory", "", "memory.events", name));
        }
        else
        {
            // Where memory and swap together are limited as tightly, that count is the one that grows; newer kernels do not
            // count it, so that a kill is the first to be known of.
            long? kills = Key("memory", "memory.oom_control", "", "oom_kill");
            long? refusals = Number("memory", "memory.failcnt", "") + (Number("memory", "memory.memsw.failcnt", "") ?? 0);
            Add("memory.max", MemorySwapIsMemory ? Math.Max(refusals ?? 0, kills ?? 0) : refusals);
            Add("memory.oom_kill", kills);
        }
        Add("pids.max", Key("pids", "pids.events", "pids.events", "max"));
        return counts;

        void Add(string name, long? count)
        {
            if (count is { } known)
                counts[name] = known;
        }
    }

    private bool MemorySwapIsMemory => Number("memory", "memory.memsw.limit_in_bytes", "") is { } both
        && both == Number("memory", "memory.limit_in_bytes", "") && MemoryMax is not null;

    internal void Raise(CgroupEventArgs happened)
    {
        EventHandler<CgroupEventArgs>? handler = happened.Event switch
        {
            CgroupWatch.Empty => _emptied,
            "memory.oom_kill" => _outOfMemory,
            _ => _limitReached,
        };
        handler?.Invoke(this, happened);
    }

    // There is a thread only while somebody listens.
    private void Change(Action change)
    {
        lock (_eventLock)
        {
            change();
            bool wanted = _outOfMemory is not null || _limitReached is not null || _emptied is not null;
            if (wanted && _watch is null)
                _watch = CgroupWatch.Start(this);
            else if (!wanted)
            {
                _watch?.Stop();
                _watch = null;
            }
        }
    }

    /// <summary>The files that change when something happens, as far as the host has them.</summary>
    internal IReadOnlyList<string> EventFiles()
    {
        string?[] files =
        [
            FileOf("memory", "memory.oom_control", "memory.events"),
            FileOf("pids", "pids.events", "pids.events"),
            UnifiedDirectory is { } directory ? $"{directory}/cgroup.events" : null,
        ];
        return [.. files.OfType<string>().Where(File.Exists)];
    }
}

/// <summary>What happened to a cgroup.</summary>
/// <param name="path">The cgroup.</param>
/// <param name="name">What is counted, as <c>memory.oom_kill</c> or <c>pids.max</c>.</param>
/// <param name="count">How often it ever happened.</param>
/// <param name="increase">How often it happened since it was last told.</param>
public sealed class CgroupEventArgs(string path, string name, long count, long increase) : EventArgs
{
    /// <summary>The cgroup.</summary>
    public string Path { get; } = path;

    /// <summary>What is counted: memory.high, memory.max, memory.oom, memory.oom_kill, pids.max; or cgroup.empty.</summary>
    public string Event { get; } = name;

    /// <summary>How often it ever happened.</summary>
    public long Count { get; } = count;

    /// <summary>How often it happened since it was last told.</summary>
    public long Increase { get; } = increase;
}
