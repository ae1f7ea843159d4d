using System.Text.Json.Serialization;

namespace PSContainer.Spec;

/// <summary>Limits of a container (config-linux.md, "Control groups"); the body of <c>update --resources</c> too.</summary>
public sealed partial record ResourcesSpec
{
    /// <summary>Device access, later rules over earlier ones.</summary>
    public IReadOnlyList<DeviceRuleSpec>? Devices { get; init; }

    /// <summary>Memory.</summary>
    public MemoryResources? Memory { get; init; }

    /// <summary>CPU.</summary>
    public CpuResources? Cpu { get; init; }

    /// <summary>Number of tasks.</summary>
    public PidsResources? Pids { get; init; }

    /// <summary>Block I/O.</summary>
    [JsonPropertyName("blockIO")]
    public BlockIoResources? BlockIo { get; init; }

    /// <summary>Huge pages.</summary>
    public IReadOnlyList<HugepageLimitSpec>? HugepageLimits { get; init; }

    /// <summary>Network priorities (v1).</summary>
    public NetworkResources? Network { get; init; }

    /// <summary>RDMA, by device.</summary>
    public IReadOnlyDictionary<string, RdmaLimitSpec>? Rdma { get; init; }

    /// <summary>cgroup v2 files by name, written as they are.</summary>
    public IReadOnlyDictionary<string, string>? Unified { get; init; }
}

/// <summary>One device rule.</summary>
public sealed partial record DeviceRuleSpec
{
    /// <summary>Whether access is given or taken.</summary>
    public bool Allow { get; init; }

    /// <summary><c>a</c> all, <c>c</c>, <c>b</c>.</summary>
    public string? Type { get; init; }

    /// <summary>Major number; <see langword="null"/> means all.</summary>
    public long? Major { get; init; }

    /// <summary>Minor number; <see langword="null"/> means all.</summary>
    public long? Minor { get; init; }

    /// <summary>Some of <c>r</c>, <c>w</c>, <c>m</c>.</summary>
    public string? Access { get; init; }
}

/// <summary>Memory limits in bytes; -1 is no limit.</summary>
public sealed partial record MemoryResources
{
    /// <summary>memory.max.</summary>
    public long? Limit { get; init; }

    /// <summary>memory.low.</summary>
    public long? Reservation { get; init; }

    /// <summary>Memory and swap together, as on v1.</summary>
    public long? Swap { get; init; }

    /// <summary>Kernel memory (v1, obsolete).</summary>
    public long? Kernel { get; init; }

    /// <summary>Kernel TCP memory (v1).</summary>
    [JsonPropertyName("kernelTCP")]
    public long? KernelTcp { get; init; }

    /// <summary>0 to 100 (v1).</summary>
    public ulong? Swappiness { get; init; }

    /// <summary>Whether a process over the limit waits instead of being killed (v1).</summary>
    [JsonPropertyName("disableOOMKiller")]
    public bool? DisableOomKiller { get; init; }

    /// <summary>memory.use_hierarchy (v1).</summary>
    public bool? UseHierarchy { get; init; }

    /// <summary>Whether a limit below what is used is refused.</summary>
    public bool? CheckBeforeUpdate { get; init; }
}

/// <summary>CPU limits; times in microseconds.</summary>
public sealed partial record CpuResources
{
    /// <summary>v1 cpu.shares, 2 to 262144; converted to cpu.weight on v2.</summary>
    public ulong? Shares { get; init; }

    /// <summary>Run time in a period; negative is no limit.</summary>
    public long? Quota { get; init; }

    /// <summary>Run time kept from idle periods.</summary>
    public ulong? Burst { get; init; }

    /// <summary>The period, 1000 to 1000000.</summary>
    public ulong? Period { get; init; }

    /// <summary>Realtime run time in a period (v1).</summary>
    public long? RealtimeRuntime { get; init; }

    /// <summary>The realtime period (v1).</summary>
    public ulong? RealtimePeriod { get; init; }

    /// <summary>CPUs as a list (<c>0-3,7</c>).</summary>
    public string? Cpus { get; init; }

    /// <summary>Memory nodes as a list.</summary>
    public string? Mems { get; init; }

    /// <summary>1 makes the group SCHED_IDLE (cpu.idle).</summary>
    public long? Idle { get; init; }
}

/// <summary>Number of tasks.</summary>
public sealed partial record PidsResources
{
    /// <summary>pids.max; -1 is <c>max</c>, and 0 as few as there can be: one.</summary>
    public long? Limit { get; init; }
}

/// <summary>Block I/O limits.</summary>
public sealed partial record BlockIoResources
{
    /// <summary>10 to 1000.</summary>
    public ushort? Weight { get; init; }

    /// <summary>For tasks of the group against child groups (v1).</summary>
    public ushort? LeafWeight { get; init; }

    /// <summary>Weights by device.</summary>
    public IReadOnlyList<WeightDeviceSpec>? WeightDevice { get; init; }

    /// <summary>Bytes per second read.</summary>
    public IReadOnlyList<ThrottleDeviceSpec>? ThrottleReadBpsDevice { get; init; }

    /// <summary>Bytes per second written.</summary>
    public IReadOnlyList<ThrottleDeviceSpec>? ThrottleWriteBpsDevice { get; init; }

    /// <summary>Reads per second.</summary>
    [JsonPropertyName("throttleReadIOPSDevice")]
    public IReadOnlyList<ThrottleDeviceSpec>? ThrottleReadIopsDevice { get; init; }

    /// <summary>Writes per second.</summary>
    [JsonPropertyName("throttleWriteIOPSDevice")]
    public IReadOnlyList<ThrottleDeviceSpec>? ThrottleWriteIopsDevice { get; init; }
}

/// <summary>A weight for one device.</summary>
public sealed partial record WeightDeviceSpec
{
    /// <summary>Major number.</summary>
    public long Major { get; init; }

    /// <summary>Minor number.</summary>
    public long Minor { get; init; }

    /// <summary>10 to 1000.</summary>
    public ushort? Weight { get; init; }

    /// <summary>For tasks of the group against child groups (v1).</summary>
    public ushort? LeafWeight { get; init; }
}

/// <summary>A rate for one device.</summary>
public sealed partial record ThrottleDeviceSpec
{
    /// <summary>Major number.</summary>
    public long Major { get; init; }

    /// <summary>Minor number.</summary>
    public long Minor { get; init; }

    /// <summary>Bytes or operations per second.</summary>
    public ulong Rate { get; init; }
}

/// <summary>A limit on huge pages of one size.</summary>
public sealed partial record HugepageLimitSpec
{
    /// <summary><c>2MB</c>, <c>1GB</c>: the size as in the file's name.</summary>
    public string PageSize { get; init; } = "";

    /// <summary>Bytes.</summary>
    public ulong Limit { get; init; }
}

/// <summary>Network classes and priorities (v1).</summary>
public sealed partial record NetworkResources
{
    /// <summary>net_cls.classid.</summary>
    [JsonPropertyName("classID")]
    public uint? ClassId { get; init; }

    /// <summary>net_prio.ifpriomap.</summary>
    public IReadOnlyList<InterfacePrioritySpec>? Priorities { get; init; }
}

/// <summary>Priority of one interface.</summary>
public sealed partial record InterfacePrioritySpec
{
    /// <summary>Interface.</summary>
    public string Name { get; init; } = "";

    /// <summary>Priority.</summary>
    public uint Priority { get; init; }
}

/// <summary>RDMA limits of one device.</summary>
public sealed partial record RdmaLimitSpec
{
    /// <summary>HCA handles.</summary>
    public uint? HcaHandles { get; init; }

    /// <summary>HCA objects.</summary>
    public uint? HcaObjects { get; init; }
}
