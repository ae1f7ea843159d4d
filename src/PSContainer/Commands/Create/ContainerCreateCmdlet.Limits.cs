using System.Collections;
using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers;

namespace PSContainer.Commands;

// How much a container may use. Names and units are those of the kernel's cgroup files.
public abstract partial class ContainerCreateCmdlet
{
    /// <summary><para type="description">The container's cgroup, an absolute path below each hierarchy's root.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Alias("CgroupParent")]
    public string? Cgroup { get; set; }

    /// <summary><para type="description">Most memory in bytes; what takes more is killed.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ByteSizeTransformation]
    [Alias("Memory", "m")]
    public long? MemoryMax { get; set; }

    /// <summary>
    /// <para type="description">Memory in bytes above which the container is slowed down and made to give back.</para>
    /// </summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ByteSizeTransformation]
    public long? MemoryHigh { get; set; }

    /// <summary>
    /// <para type="description">Memory in bytes that is left to the container as long as others have some to give.</para>
    /// </summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ByteSizeTransformation]
    [Alias("MemoryReservation")]
    public long? MemoryLow { get; set; }

    /// <summary><para type="description">Memory in bytes that is never taken away.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ByteSizeTransformation]
    public long? MemoryMin { get; set; }

    /// <summary><para type="description">Lack of memory kills all processes of the container together.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    public SwitchParameter MemoryOomGroup { get; set; }

    /// <summary><para type="description">Most swap in bytes, besides the memory.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ByteSizeTransformation]
    [Alias("MemorySwap")]
    public long? MemorySwapMax { get; set; }

    /// <summary>
    /// <para type="description">Most CPU time: 0.5 CPUs, 50% of one, 'QUOTA PERIOD' in microseconds, or max.</para>
    /// </summary>
    [Parameter(ParameterSetName = CreateSet)]
    [CpuTransformation]
    [Alias("Cpus")]
    public double? CpuMax { get; set; }

    /// <summary>
    /// <para type="description">Share of CPU time when there is not enough for all: 1 to 10000, by default 100.</para>
    /// </summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValidateRange(1, 10000)]
    public int? CpuWeight { get; set; }

    /// <summary>
    /// <para type="description">CPU time that may be saved up from quiet periods; a number is seconds.</para>
    /// </summary>
    [Parameter(ParameterSetName = CreateSet)]
    [DurationTransformation]
    public TimeSpan? CpuBurst { get; set; }

    /// <summary><para type="description">Runs only when nothing else wants to.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    public SwitchParameter CpuIdle { get; set; }

    /// <summary><para type="description">The CPUs to run on: 0-3,5.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    [CpuSetTransformation]
    [Alias("CpusetCpus")]
    public string? CpuSet { get; set; }

    /// <summary><para type="description">The NUMA nodes to take memory from: 0,1.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    [CpuSetTransformation]
    [Alias("CpusetMems")]
    public string? MemoryNode { get; set; }

    /// <summary><para type="description">Most processes and threads.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    [CountTransformation]
    [Alias("PidsLimit")]
    public long? PidsMax { get; set; }

    /// <summary>
    /// <para type="description">Most input and output: '/dev/sda rbps=10MB wbps=5MB riops=100', or @{ '/dev/sda' = 'rbps=10MB' }.</para>
    /// </summary>
    [Parameter(ParameterSetName = CreateSet)]
    [IoLimitTransformation]
    public IoLimit[] IoMax { get; set; } = [];

    /// <summary><para type="description">Most memory in huge pages, by size: @{ '2MB' = '64MB' }.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    [PairsTransformation]
    public IDictionary? HugetlbMax { get; set; }

    /// <summary>
    /// <para type="description">Share of a disk when there is not enough for all: 1 to 10000, by default 100.</para>
    /// </summary>
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
