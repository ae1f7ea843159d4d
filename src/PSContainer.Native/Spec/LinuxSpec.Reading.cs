using PSContainer.Spec.Reading;

namespace PSContainer.Spec;

public sealed partial record LinuxSpec : ISpecValue<LinuxSpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public LinuxSpec() { }

    private LinuxSpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("namespaces"u8)) Namespaces = json.Objects<NamespaceSpec>();
            else if (json.Is("uidMappings"u8)) UidMappings = json.Objects<IdMapping>();
            else if (json.Is("gidMappings"u8)) GidMappings = json.Objects<IdMapping>();
            else if (json.Is("timeOffsets"u8)) TimeOffsets = json.ObjectMap<TimeOffsetSpec>();
            else if (json.Is("devices"u8)) Devices = json.Objects<DeviceSpec>();
            else if (json.Is("cgroupsPath"u8)) CgroupsPath = json.Text();
            else if (json.Is("resources"u8)) Resources = json.Object<ResourcesSpec>();
            else if (json.Is("rootfsPropagation"u8)) RootfsPropagation = json.Text();
            else if (json.Is("seccomp"u8)) Seccomp = json.Object<SeccompSpec>();
            else if (json.Is("sysctl"u8)) Sysctl = json.TextMap();
            else if (json.Is("maskedPaths"u8)) MaskedPaths = json.Texts();
            else if (json.Is("readonlyPaths"u8)) ReadonlyPaths = json.Texts();
            else if (json.Is("mountLabel"u8)) MountLabel = json.Text();
            else if (json.Is("personality"u8)) Personality = json.Object<PersonalitySpec>();
            else if (json.Is("intelRdt"u8)) IntelRdt = json.Object<IntelRdtSpec>();
            else if (json.Is("memoryPolicy"u8)) MemoryPolicy = json.Object<MemoryPolicySpec>();
            else if (json.Is("netDevices"u8)) NetDevices = json.ObjectMap<NetDeviceSpec>();
            else json.Skip();
        }
    }

    static LinuxSpec ISpecValue<LinuxSpec>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record NamespaceSpec : ISpecValue<NamespaceSpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public NamespaceSpec() { }

    private NamespaceSpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("type"u8)) Type = json.Text();
            // Some write an empty path for none.
            else if (json.Is("path"u8)) Path = json.Text() is { Length: > 0 } path ? path : null;
            else json.Skip();
        }
    }

    static NamespaceSpec ISpecValue<NamespaceSpec>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record IdMapping : ISpecValue<IdMapping>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public IdMapping() { }

    private IdMapping(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("containerID"u8)) ContainerId = json.UInt32();
            else if (json.Is("hostID"u8)) HostId = json.UInt32();
            else if (json.Is("size"u8)) Size = json.UInt32();
            else json.Skip();
        }
    }

    static IdMapping ISpecValue<IdMapping>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record TimeOffsetSpec : ISpecValue<TimeOffsetSpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public TimeOffsetSpec() { }

    private TimeOffsetSpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("secs"u8)) Secs = json.Int64();
            else if (json.Is("nanosecs"u8)) Nanosecs = json.UInt32();
            else json.Skip();
        }
    }

    static TimeOffsetSpec ISpecValue<TimeOffsetSpec>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record DeviceSpec : ISpecValue<DeviceSpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public DeviceSpec() { }

    private DeviceSpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("type"u8)) Type = json.Text();
            else if (json.Is("path"u8)) Path = json.Text();
            else if (json.Is("major"u8)) Major = json.Int64();
            else if (json.Is("minor"u8)) Minor = json.Int64();
            else if (json.Is("fileMode"u8)) FileMode = json.UInt32();
            else if (json.Is("uid"u8)) Uid = json.UInt32();
            else if (json.Is("gid"u8)) Gid = json.UInt32();
            else json.Skip();
        }
    }

    static DeviceSpec ISpecValue<DeviceSpec>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record PersonalitySpec : ISpecValue<PersonalitySpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public PersonalitySpec() { }

    private PersonalitySpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("domain"u8)) Domain = json.Text();
            else if (json.Is("flags"u8)) Flags = json.Texts();
            else json.Skip();
        }
    }

    static PersonalitySpec ISpecValue<PersonalitySpec>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record IntelRdtSpec : ISpecValue<IntelRdtSpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public IntelRdtSpec() { }

    private IntelRdtSpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("closID"u8)) ClosId = json.Text();
            else if (json.Is("schemata"u8)) Schemata = json.Texts();
            else if (json.Is("l3CacheSchema"u8)) L3CacheSchema = json.Text();
            else if (json.Is("memBwSchema"u8)) MemBwSchema = json.Text();
            else if (json.Is("enableMonitoring"u8)) EnableMonitoring = json.Flag();
            else json.Skip();
        }
    }

    static IntelRdtSpec ISpecValue<IntelRdtSpec>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record MemoryPolicySpec : ISpecValue<MemoryPolicySpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public MemoryPolicySpec() { }

    private MemoryPolicySpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("mode"u8)) Mode = json.Text();
            else if (json.Is("nodes"u8)) Nodes = json.Text();
            else if (json.Is("flags"u8)) Flags = json.Texts();
            else json.Skip();
        }
    }

    static MemoryPolicySpec ISpecValue<MemoryPolicySpec>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record NetDeviceSpec : ISpecValue<NetDeviceSpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public NetDeviceSpec() { }

    private NetDeviceSpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("name"u8)) Name = json.Text();
            else json.Skip();
        }
    }

    static NetDeviceSpec ISpecValue<NetDeviceSpec>.Read(ref SpecJsonReader json) => new(ref json);
}
