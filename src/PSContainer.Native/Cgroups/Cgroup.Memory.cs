using PSContainer.Cgroups.Usage;

namespace PSContainer.Cgroups;

/// <content>Memory, processes and pressure.</content>
public sealed partial class Cgroup
{
    /// <summary>Bytes in use, page cache included.</summary>
    public long? MemoryCurrent => Number("memory", "memory.usage_in_bytes", "memory.current");

    /// <summary>Most bytes ever in use. v2 counts it since Linux 5.19.</summary>
    public long? MemoryPeak => Number("memory", "memory.max_usage_in_bytes", "memory.peak");

    /// <summary>memory.max in bytes; <see langword="null"/> for no limit.</summary>
    public long? MemoryMax => Limits.MemoryMax();

    /// <summary>Bytes in swap.</summary>
    public long? MemorySwapCurrent => IsUnified("memory")
        ? Number("memory", "", "memory.swap.current")
        : Key("memory", "memory.stat", "", "total_swap");

    /// <summary>Bytes of memory that belongs to no file.</summary>
    public long? MemoryAnonymous => Key("memory", "memory.stat", "memory.stat", IsUnified("memory") ? "anon" : "total_rss");

    /// <summary>Bytes of cached files.</summary>
    public long? MemoryFile => Key("memory", "memory.stat", "memory.stat", IsUnified("memory") ? "file" : "total_cache");

    // Of those the ones in memory alone, as in a tmpfs: without swap there is nowhere else for them.
    private long? MemoryShared => Key("memory", "memory.stat", "memory.stat", IsUnified("memory") ? "shmem" : "total_shmem");

    /// <summary>Processes that were killed for lack of memory.</summary>
    public long? OomKillCount => Key("memory", "memory.oom_control", "memory.events", "oom_kill");

    /// <summary>Processes and threads.</summary>
    public long? PidsCurrent => Number("pids", "pids.current", "pids.current");

    /// <summary>pids.max; <see langword="null"/> for no limit.</summary>
    public long? PidsMax => Number("pids", "pids.max", "pids.max");

    /// <summary>How long tasks waited for CPU time. Known wherever v2 is mounted and the kernel has PSI.</summary>
    public CgroupPressure? CpuPressure => Pressure("cpu");

    /// <summary>How long tasks waited for memory.</summary>
    public CgroupPressure? MemoryPressure => Pressure("memory");

    /// <summary>How long tasks waited for I/O.</summary>
    public CgroupPressure? IoPressure => Pressure("io");

    private CgroupPressure? Pressure(string resource) => CgroupPressure.TryParse(PressureText(resource));

    private string? PressureText(string resource) =>
        UnifiedDirectory is { } directory ? ReadText($"{directory}/{resource}.pressure") : null;
}
