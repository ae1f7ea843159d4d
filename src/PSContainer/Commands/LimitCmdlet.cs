using System.Collections;
using System.Globalization;
using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Cgroups.Limits;
using PSContainer.Words;

namespace PSContainer.Commands;

/// <summary>
/// A cmdlet that takes limits. Names and units are those of the kernel's cgroup files, with the flags of other tools as aliases.
/// </summary>
public abstract class LimitCmdlet : ContainerCmdlet
{
    /// <summary>The parameter set that has them.</summary>
    protected const string LimitSet = "Create";

    /// <summary>Most memory in bytes; what takes more is killed.</summary>
    [Parameter(ParameterSetName = LimitSet)]
    [ByteSizeTransformation]
    [Alias("Memory", "m")]
    public long? MemoryMax { get; set; }

    /// <summary>Memory in bytes above which it is slowed down and made to give back.</summary>
    [Parameter(ParameterSetName = LimitSet)]
    [ByteSizeTransformation]
    public long? MemoryHigh { get; set; }

    /// <summary>Memory in bytes that is left to it as long as others have some to give.</summary>
    [Parameter(ParameterSetName = LimitSet)]
    [ByteSizeTransformation]
    [Alias("MemoryReservation")]
    public long? MemoryLow { get; set; }

    /// <summary>Memory in bytes that is never taken away.</summary>
    [Parameter(ParameterSetName = LimitSet)]
    [ByteSizeTransformation]
    public long? MemoryMin { get; set; }

    /// <summary>Lack of memory kills all processes of the cgroup together.</summary>
    [Parameter(ParameterSetName = LimitSet)]
    [ValueTransformation]
    public SwitchParameter MemoryOomGroup { get; set; }

    /// <summary>Most swap in bytes, besides the memory.</summary>
    [Parameter(ParameterSetName = LimitSet)]
    [ByteSizeTransformation]
    [Alias("MemorySwap")]
    public long? MemorySwapMax { get; set; }

    /// <summary>Most CPU time: 0.5 CPUs, 50% of one, 'QUOTA PERIOD' in microseconds, or max.</summary>
    [Parameter(ParameterSetName = LimitSet)]
    [CpuTransformation]
    [Alias("Cpus")]
    public double? CpuMax { get; set; }

    /// <summary>Share of CPU time when there is not enough for all: 1 to 10000, by default 100.</summary>
    [Parameter(ParameterSetName = LimitSet)]
    [ValidateRange(1, 10000)]
    [ValueTransformation]
    public int? CpuWeight { get; set; }

    /// <summary>CPU time that may be saved up from quiet periods; a number is seconds.</summary>
    [Parameter(ParameterSetName = LimitSet)]
    [DurationTransformation]
    public TimeSpan? CpuBurst { get; set; }

    /// <summary>Runs only when nothing else wants to.</summary>
    [Parameter(ParameterSetName = LimitSet)]
    [ValueTransformation]
    public SwitchParameter CpuIdle { get; set; }

    /// <summary>The CPUs to run on: 0-3,5.</summary>
    [Parameter(ParameterSetName = LimitSet)]
    [CpuSetTransformation]
    [Alias("CpusetCpus")]
    public string? CpuSet { get; set; }

    /// <summary>The NUMA nodes to take memory from: 0,1.</summary>
    [Parameter(ParameterSetName = LimitSet)]
    [CpuSetTransformation]
    [Alias("CpusetMems")]
    public string? MemoryNode { get; set; }

    /// <summary>How the CPUs are set apart: member, root or isolated.</summary>
    [Parameter(ParameterSetName = LimitSet)]
    [ValidateSet("member", "root", "isolated")]
    [ValueTransformation]
    public string? CpuSetPartition { get; set; }

    /// <summary>Most processes and threads.</summary>
    [Parameter(ParameterSetName = LimitSet)]
    [CountTransformation]
    [Alias("PidsLimit")]
    public long? PidsMax { get; set; }

    /// <summary>Most input and output: '/dev/sda rbps=10MB wbps=5MB riops=100', or @{ '/dev/sda' = 'rbps=10MB' }.</summary>
    [Parameter(ParameterSetName = LimitSet)]
    [IoLimitTransformation]
    [ArgumentCompleter(typeof(BlockDeviceCompleter))]
    public IoLimit[] IoMax { get; set; } = [];

    /// <summary>Most memory in huge pages, by size: @{ '2MB' = '64MB' }.</summary>
    [Parameter(ParameterSetName = LimitSet)]
    [PairsTransformation]
    public IDictionary? HugetlbMax { get; set; }

    /// <summary>Share of a disk when there is not enough for all: 1 to 10000, by default 100.</summary>
    [Parameter(ParameterSetName = LimitSet)]
    [ValidateRange(1, 10000)]
    [ValueTransformation]
    public int? IoWeight { get; set; }

    /// <summary>Share of single disks: @{ '/dev/sda' = 200 }.</summary>
    [Parameter(ParameterSetName = LimitSet)]
    [PairsTransformation]
    public IDictionary? IoDeviceWeight { get; set; }

    /// <summary>How long input and output may take before others on the disk are slowed down: '/dev/sda 10ms'.</summary>
    [Parameter(ParameterSetName = LimitSet)]
    [IoLatencyTransformation]
    [ArgumentCompleter(typeof(BlockDeviceCompleter))]
    public IoLatency[] IoLatency { get; set; } = [];

    /// <summary>Other limits by the name of their v2 file: @{ 'rdma.max' = 'mlx4_0 hca_handle=2' }.</summary>
    [Parameter(ParameterSetName = LimitSet)]
    [PairsTransformation]
    public IDictionary? RawLimit { get; set; }

    /// <summary>All that was asked for.</summary>
    /// <exception cref="InvalidSpecException">A value in a hashtable is none.</exception>
    protected CgroupLimit Limits() => new()
    {
        MemoryMax = MemoryMax,
        MemoryHigh = MemoryHigh,
        MemoryLow = MemoryLow,
        MemoryMin = MemoryMin,
        MemoryOomGroup = Flag(nameof(MemoryOomGroup), MemoryOomGroup),
        MemorySwapMax = MemorySwapMax,
        CpuMax = CpuMax,
        CpuWeight = CpuWeight,
        CpuBurst = CpuBurst,
        CpuIdle = Flag(nameof(CpuIdle), CpuIdle),
        CpuSetCpus = CpuSet,
        CpuSetMems = MemoryNode,
        CpuSetPartition = CpuSetPartition,
        PidsMax = PidsMax,
        IoMax = IoMax,
        IoWeight = IoWeight,
        IoDeviceWeight = Dictionaries.Values(IoDeviceWeight)
            .ToDictionary(pair => Cgroups.Limits.IoDevice.Parse(pair.Key), pair => Weight(pair.Value)),
        IoLatency = IoLatency,
        HugetlbMax = Dictionaries.Values(HugetlbMax).ToDictionary(pair => pair.Key, pair => Size(pair.Value)),
        RawLimit = Dictionaries.Values(RawLimit),
    };

    // A switch that is not there leaves what is in force; -Switch:$false turns it off.
    private bool? Flag(string name, SwitchParameter value) =>
        MyInvocation.BoundParameters.ContainsKey(name) ? value.ToBool() : null;

    private static long Size(string text) => ByteSizeWord.IsMax(text) ? CgroupLimit.Max : ByteSizeWord.Parse(text);

    private static int Weight(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int weight)
            ? weight
            : throw new InvalidSpecException($"'{text}' is not a weight.", "Write 1 to 10000; 100 is usual.") { Target = text };
}
