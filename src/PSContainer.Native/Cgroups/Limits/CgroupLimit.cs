using System.Globalization;

namespace PSContainer.Cgroups.Limits;

/// <summary>Limits of a cgroup, by the names and in the units of cgroup v2, on every host.</summary>
/// <remarks>
/// Read from a cgroup, <see langword="null"/> means no limit, or none that this host knows. Asked for, <see langword="null"/>
/// leaves what is in force, and <see cref="Max"/> (or any negative number, or infinity) takes a limit away.
/// </remarks>
public sealed record CgroupLimit
{
    /// <summary>Asked for: no limit.</summary>
    public const long Max = -1;

    /// <summary>Asked for as a list of CPUs or memory nodes: all that the cgroup above has.</summary>
    public const string MaxWord = "max";

    private static readonly CgroupLimit s_empty = new();

    /// <summary>The cgroup that it was read from; <see langword="null"/> when it is asked for.</summary>
    public string? Path { get; init; }

    /// <summary>memory.max in bytes: more is not to be had; a process that needs it is killed.</summary>
    public long? MemoryMax { get; init; }

    /// <summary>memory.high in bytes: above it the cgroup is slowed down and made to give back. v2 only.</summary>
    public long? MemoryHigh { get; init; }

    /// <summary>memory.low in bytes: not taken away as long as others have some to give; asked for, 0 protects nothing.</summary>
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

    /// <summary>cpuset.cpus.partition: <c>member</c>, <c>root</c> or <c>isolated</c>. v2 only.</summary>
    public string? CpuSetPartition { get; init; }

    /// <summary>pids.max: processes and threads together.</summary>
    public long? PidsMax { get; init; }

    /// <summary>io.max, by device.</summary>
    public IReadOnlyList<IoLimit> IoMax { get; init; } = [];

    /// <summary>io.weight, 1 to 10000, usually 100: the share of a disk when there is not enough.</summary>
    public int? IoWeight { get; init; }

    /// <summary>io.weight of single disks, 1 to 10000, by <c>MAJOR:MINOR</c>.</summary>
    public IReadOnlyDictionary<string, int> IoDeviceWeight { get; init; } = new Dictionary<string, int>();

    /// <summary>io.latency by device: others on the disk are slowed down when I/O takes longer than this. v2 only.</summary>
    public IReadOnlyList<IoLatency> IoLatency { get; init; } = [];

    /// <summary>hugetlb.SIZE.max in bytes, by page size as the kernel writes it: <c>2MB</c>.</summary>
    public IReadOnlyDictionary<string, long> HugetlbMax { get; init; } = new Dictionary<string, long>();

    /// <summary>Other limits by the name of their v2 file, as <c>rdma.max</c>: what is written there.</summary>
    public IReadOnlyDictionary<string, string> RawLimit { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether nothing is asked for or in force.</summary>
    public bool IsEmpty =>
        IoMax.Count == 0 && HugetlbMax.Count == 0 && IoDeviceWeight.Count == 0 && IoLatency.Count == 0 && RawLimit.Count == 0
        && this with
        {
            Path = null,
            IoMax = s_empty.IoMax,
            HugetlbMax = s_empty.HugetlbMax,
            IoDeviceWeight = s_empty.IoDeviceWeight,
            IoLatency = s_empty.IoLatency,
            RawLimit = s_empty.RawLimit,
        } == s_empty;

    /// <summary>What there is, as <c>MemoryMax=268435456, CpuMax=0.5</c>; nothing when there is no limit.</summary>
    public override string ToString()
    {
        (string Name, object? Value)[] single =
        [
            (nameof(MemoryMax), MemoryMax), (nameof(MemoryHigh), MemoryHigh), (nameof(MemoryLow), MemoryLow), (nameof(MemoryMin), MemoryMin),
            (nameof(MemorySwapMax), MemorySwapMax), (nameof(MemoryOomGroup), MemoryOomGroup), (nameof(CpuMax), CpuMax), (nameof(CpuBurst), CpuBurst),
            (nameof(CpuWeight), CpuWeight), (nameof(CpuIdle), CpuIdle), (nameof(CpuSetCpus), CpuSetCpus), (nameof(CpuSetMems), CpuSetMems),
            (nameof(CpuSetPartition), CpuSetPartition), (nameof(PidsMax), PidsMax), (nameof(IoWeight), IoWeight),
        ];
        IEnumerable<string> words = single.Where(static one => one.Value is not null)
            .Select(static one => string.Create(CultureInfo.InvariantCulture, $"{one.Name}={one.Value}"));
        return string.Join(", ", words
            .Concat(IoMax.Select(static one => $"{nameof(IoMax)}={one}"))
            .Concat(IoDeviceWeight.Select(static one => string.Create(CultureInfo.InvariantCulture, $"{nameof(IoDeviceWeight)}={one.Key} {one.Value}")))
            .Concat(IoLatency.Select(static one => $"{nameof(IoLatency)}={one}"))
            .Concat(HugetlbMax.Select(static one => string.Create(CultureInfo.InvariantCulture, $"hugetlb.{one.Key}.max={one.Value}")))
            .Concat(RawLimit.Select(static one => $"{one.Key}={one.Value}")));
    }
}
