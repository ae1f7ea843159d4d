using PSContainer.Spec.Reading;

namespace PSContainer.Spec;

public sealed partial record ResourcesSpec : ISpecValue<ResourcesSpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public ResourcesSpec() { }

    private ResourcesSpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("devices"u8)) Devices = json.Objects<DeviceRuleSpec>();
            else if (json.Is("memory"u8)) Memory = json.Object<MemoryResources>();
            else if (json.Is("cpu"u8)) Cpu = json.Object<CpuResources>();
            else if (json.Is("pids"u8)) Pids = json.Object<PidsResources>();
            else if (json.Is("blockIO"u8)) BlockIo = json.Object<BlockIoResources>();
            else if (json.Is("hugepageLimits"u8)) HugepageLimits = json.Objects<HugepageLimitSpec>();
            else if (json.Is("network"u8)) Network = json.Object<NetworkResources>();
            else if (json.Is("rdma"u8)) Rdma = json.ObjectMap<RdmaLimitSpec>();
            else if (json.Is("unified"u8)) Unified = json.TextMap();
            else json.Skip();
        }
    }

    static ResourcesSpec ISpecValue<ResourcesSpec>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record DeviceRuleSpec : ISpecValue<DeviceRuleSpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public DeviceRuleSpec() { }

    private DeviceRuleSpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("allow"u8)) Allow = json.Flag();
            else if (json.Is("type"u8)) Type = json.Text();
            else if (json.Is("major"u8)) Major = json.Int64();
            else if (json.Is("minor"u8)) Minor = json.Int64();
            else if (json.Is("access"u8)) Access = json.Text();
            else json.Skip();
        }
    }

    static DeviceRuleSpec ISpecValue<DeviceRuleSpec>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record MemoryResources : ISpecValue<MemoryResources>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public MemoryResources() { }

    private MemoryResources(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("limit"u8)) Limit = json.Int64();
            else if (json.Is("reservation"u8)) Reservation = json.Int64();
            else if (json.Is("swap"u8)) Swap = json.Int64();
            else if (json.Is("kernel"u8)) Kernel = json.Int64();
            else if (json.Is("kernelTCP"u8)) KernelTcp = json.Int64();
            else if (json.Is("swappiness"u8)) Swappiness = json.UInt64();
            else if (json.Is("disableOOMKiller"u8)) DisableOomKiller = json.Flag();
            else if (json.Is("useHierarchy"u8)) UseHierarchy = json.Flag();
            else if (json.Is("checkBeforeUpdate"u8)) CheckBeforeUpdate = json.Flag();
            else json.Skip();
        }
    }

    static MemoryResources ISpecValue<MemoryResources>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record CpuResources : ISpecValue<CpuResources>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public CpuResources() { }

    private CpuResources(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("shares"u8)) Shares = json.UInt64();
            else if (json.Is("quota"u8)) Quota = json.Int64();
            else if (json.Is("burst"u8)) Burst = json.UInt64();
            else if (json.Is("period"u8)) Period = json.UInt64();
            else if (json.Is("realtimeRuntime"u8)) RealtimeRuntime = json.Int64();
            else if (json.Is("realtimePeriod"u8)) RealtimePeriod = json.UInt64();
            else if (json.Is("cpus"u8)) Cpus = json.Text();
            else if (json.Is("mems"u8)) Mems = json.Text();
            else if (json.Is("idle"u8)) Idle = json.Int64();
            else json.Skip();
        }
    }

    static CpuResources ISpecValue<CpuResources>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record PidsResources : ISpecValue<PidsResources>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public PidsResources() { }

    private PidsResources(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("limit"u8)) Limit = json.Int64();
            else json.Skip();
        }
    }

    static PidsResources ISpecValue<PidsResources>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record HugepageLimitSpec : ISpecValue<HugepageLimitSpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public HugepageLimitSpec() { }

    private HugepageLimitSpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("pageSize"u8)) PageSize = json.Text();
            else if (json.Is("limit"u8)) Limit = json.UInt64();
            else json.Skip();
        }
    }

    static HugepageLimitSpec ISpecValue<HugepageLimitSpec>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record NetworkResources : ISpecValue<NetworkResources>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public NetworkResources() { }

    private NetworkResources(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("classID"u8)) ClassId = json.UInt32();
            else if (json.Is("priorities"u8)) Priorities = json.Objects<InterfacePrioritySpec>();
            else json.Skip();
        }
    }

    static NetworkResources ISpecValue<NetworkResources>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record InterfacePrioritySpec : ISpecValue<InterfacePrioritySpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public InterfacePrioritySpec() { }

    private InterfacePrioritySpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("name"u8)) Name = json.Text();
            else if (json.Is("priority"u8)) Priority = json.UInt32();
            else json.Skip();
        }
    }

    static InterfacePrioritySpec ISpecValue<InterfacePrioritySpec>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record RdmaLimitSpec : ISpecValue<RdmaLimitSpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public RdmaLimitSpec() { }

    private RdmaLimitSpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("hcaHandles"u8)) HcaHandles = json.UInt32();
            else if (json.Is("hcaObjects"u8)) HcaObjects = json.UInt32();
            else json.Skip();
        }
    }

    static RdmaLimitSpec ISpecValue<RdmaLimitSpec>.Read(ref SpecJsonReader json) => new(ref json);
}
