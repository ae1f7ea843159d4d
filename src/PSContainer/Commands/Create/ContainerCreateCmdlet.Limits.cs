using System.Collections;
using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers;

namespace PSContainer.Commands;

// How much a container may use. Names and units are those of the kernel's cgroup files.
public abstract partial class ContainerCreateCmdlet
{
    /// <summary>The container's cgroup, an absolute path below each hierarchy's root.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Alias("CgroupParent")]
    public string? Cgroup { get; set; }

    /// <summary>Most memory in bytes; what takes more is killed.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ByteSizeTransformation]
    [Alias("Memory", "m")]
    public long? MemoryMax { get; set; }

    /// <summary>Memory in bytes above which the container is slowed down and made to give back.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ByteSizeTransformation]
    public long? MemoryHigh { get; set; }

    /// <summary>Memory in bytes that is left to the container as long as others have some to give.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ByteSizeTransformation]
    [Alias("MemoryReservation")]
    public long? MemoryLow { get; set; }

    /// <summary>Memory in bytes that is never taken away.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ByteSizeTransformation]
    public long? MemoryMin { get; set; }

    /// <summary>Lack of memory kills all processes of the container together.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    public SwitchParameter MemoryOomGroup { get; set; }

    /// <summary>Most swap in bytes, besides the memory.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ByteSizeTransformation]
    [Alias("MemorySwap")]
    public long? MemorySwapMax { get; set; }

    /// <summary>Most CPU time: 0.5 CPUs, 50% of one, 'QUOTA PERIOD' in microseconds, or max.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [CpuTransformation]
    [Alias("Cpus")]
    public double? CpuMax { get; set; }

    /// <summary>Share of CPU time when there is not enough for all: 1 to 10000, by default 100.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValidateRange(1, 10000)]
    public int? CpuWeight { get; set; }

    /// <summary>CPU time that may be saved up from quiet periods; a number is seconds.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [DurationTransformation]
    public TimeSpan? CpuBurst { get; set; }

    /// <summary>Runs only when nothing else wants to.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    public SwitchParameter CpuIdle { get; set; }

    /// <summary>The CPUs to run on: 0-3,5.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [CpuSetTransformation]
    [Alias("CpusetCpus")]
    public string? CpuSet { get; set; }

    /// <summary>The NUMA nodes to take memory from: 0,1.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [CpuSetTransformation]
    [Alias("CpusetMems")]
    public string? MemoryNode { get; set; }

    /// <summary>Most processes and threads.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [CountTransformation]
    [Alias("PidsLimit")]
    public long? PidsMax { get; set; }

    /// <summary>Most input and output: '/dev/sda rbps=10MB wbps=5MB riops=100', or @{ '/dev/sda' = 'rbps=10MB' }.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [IoLimitTransformation]
    public IoLimit[] IoMax { get; set; } = [];

    /// <summary>Most memory in huge pages, by size: @{ '2MB' = '64MB' }.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [PairsTransformation]
    public IDictionary? HugetlbMax { get; set; }

    /// <summary>Share of a disk when there is not enough for all: 1 to 10000, by default 100.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValidateRange(1, 10000)]
    public int? IoWeight { get; set; }

    private CgroupLimit Limits() => new()
    {
        MemoryMax = MemoryMax,
        MemoryHigh = MemoryHigh,
        MemoryLow = MemoryLow,
        MemoryMin = MemoryMin,
        MemoryOomGroup = MemoryOomGroup ? true : null,
        MemorySwapMax = MemorySwapMax,
        CpuMax = CpuMax,
        CpuWeight = CpuWeight,
        CpuBurst = CpuBurst,
        CpuIdle = CpuIdle ? true : null,
        CpuSetCpus = CpuSet,
        CpuSetMems = MemoryNode,
        PidsMax = PidsMax,
        IoMax = IoMax,
        IoWeight = IoWeight,
        HugetlbMax = Dictionaries.Values(HugetlbMax).ToDictionary(pair => pair.Key, pair => ByteSizeWord.Parse(pair.Value)),
    };
}
