namespace PSContainer;

/// <summary>Limits of a cgroup, by the names and in the units of cgroup v2, on every host.</summary>
/// <remarks>
/// Read from a cgroup, <see langword="null"/> means no limit, or none that this host knows. Asked for, <see langword="null"/>
/// leaves what is in force, and <see cref="Max"/> (or any negative number, or infinity) takes a limit away.
/// </remarks>
public sealed record CgroupLimit
{
    /// <summary>Asked for: no limit.</summary>
    public const long Max = -1;

    private static readonly CgroupLimit s_empty = new();

    /// <summary>memory.max in bytes: more is not to be had; a process that needs it is killed.</summary>
    public long? MemoryMax { get; init; }

    /// <summary>memory.high in bytes: above it the cgroup is slowed down and made to give back. v2 only.</summary>
    public long? MemoryHigh { get; init; }

    /// <summary>memory.low in bytes: not taken away as long as others have some to give.</summary>
    public long? MemoryLow { get; init; }

    /// <summary>memory.min in bytes: never taken away. v2 only.</summary>
    public long? MemoryMin { get; init; }

    /// <summary>memory.swap.max in bytes, besides the memory. v1 has it only together with <see cref="MemoryMax"/>.</summary>
    public long? MemorySwapMax { get; init; }

    /// <summary>memory.oom.group: whether lack of memory kills all processes of the cgroup together. v2 only.</summary>
    public bool? MemoryOomGroup { get; init; }

    /// <summary>cpu.max in CPUs: 0.5 is half of one.</summary>
    public double? CpuMax { get; init; }

    /// <summary>cpu.max.burst: CPU time that may be saved up from quiet periods.</summary>
    public TimeSpan? CpuBurst { get; init; }

    /// <summary>cpu.weight, 1 to 10000, usually 100: the share of CPU time when there is not enough.</summary>
    public int? CpuWeight { get; init; }

    /// <summary>cpu.idle: whether it runs only when nothing else wants to.</summary>
    public bool? CpuIdle { get; init; }

    /// <summary>cpuset.cpus: the CPUs it may run on, as <c>0-3,5</c>.</summary>
    public string? CpuSetCpus { get; init; }

    /// <summary>cpuset.mems: the memory nodes it may take memory from, as <c>0,1</c>.</summary>
    public string? CpuSetMems { get; init; }

    /// <summary>pids.max: processes and threads together.</summary>
    public long? PidsMax { get; init; }

    /// <summary>io.max, by device.</summary>
    public IReadOnlyList<IoLimit> IoMax { get; init; } = [];

    /// <summary>io.weight, 1 to 10000, usually 100: the share of a disk when there is not enough.</summary>
    public int? IoWeight { get; init; }

    /// <summary>hugetlb.SIZE.max in bytes, by page size as the kernel writes it: <c>2MB</c>.</summary>
    public IReadOnlyDictionary<string, long> HugetlbMax { get; init; } = new Dictionary<string, long>();

    /// <summary>Whether nothing is asked for or in force.</summary>
    public bool IsEmpty =>
        IoMax.Count == 0 && HugetlbMax.Count == 0
        && this with { IoMax = s_empty.IoMax, HugetlbMax = s_empty.HugetlbMax } == s_empty;
}
