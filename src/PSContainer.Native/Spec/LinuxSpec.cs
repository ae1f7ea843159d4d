using System.Text.Json.Serialization;

namespace PSContainer.Spec;

/// <summary>The Linux part of a configuration (config-linux.md).</summary>
public sealed partial record LinuxSpec
{
    /// <summary>Namespaces of the container, new or joined; a type that is missing is the runtime's own.</summary>
    public IReadOnlyList<NamespaceSpec>? Namespaces { get; init; }

    /// <summary>User ids of a new user namespace.</summary>
    public IReadOnlyList<IdMapping>? UidMappings { get; init; }

    /// <summary>Group ids of a new user namespace.</summary>
    public IReadOnlyList<IdMapping>? GidMappings { get; init; }

    /// <summary>Offsets of a new time namespace, by clock: <c>boottime</c>, <c>monotonic</c>.</summary>
    public IReadOnlyDictionary<string, TimeOffsetSpec>? TimeOffsets { get; init; }

    /// <summary>Device nodes made in the container besides the default ones.</summary>
    public IReadOnlyList<DeviceSpec>? Devices { get; init; }

    /// <summary>The container's cgroup; absolute: below each hierarchy's mount point, relative: the runtime's choice of parent.</summary>
    public string? CgroupsPath { get; init; }

    /// <summary>Limits.</summary>
    public ResourcesSpec? Resources { get; init; }

    /// <summary><c>private</c>, <c>slave</c>, <c>shared</c> or <c>unbindable</c>, each also with an <c>r</c> before it.</summary>
    public string? RootfsPropagation { get; init; }

    /// <summary>Which system calls the container may make.</summary>
    public SeccompSpec? Seccomp { get; init; }

    /// <summary>Kernel parameters, by name with dots; only ones that belong to a namespace of the container.</summary>
    public IReadOnlyDictionary<string, string>? Sysctl { get; init; }

    /// <summary>Absolute paths inside the container that cannot be read.</summary>
    public IReadOnlyList<string>? MaskedPaths { get; init; }

    /// <summary>Absolute paths inside the container that cannot be written.</summary>
    public IReadOnlyList<string>? ReadonlyPaths { get; init; }

    /// <summary>The SELinux label of the mounts.</summary>
    public string? MountLabel { get; init; }

    /// <summary>Execution domain, personality(2).</summary>
    public PersonalitySpec? Personality { get; init; }

    /// <summary>Cache and memory bandwidth (resctrl).</summary>
    public IntelRdtSpec? IntelRdt { get; init; }

    /// <summary>NUMA policy, set_mempolicy(2).</summary>
    public MemoryPolicySpec? MemoryPolicy { get; init; }

    /// <summary>Network devices of the host to move into the container, by name on the host.</summary>
    public IReadOnlyDictionary<string, NetDeviceSpec>? NetDevices { get; init; }
}

/// <summary>A namespace of the container.</summary>
public sealed partial record NamespaceSpec
{
    /// <summary><c>pid</c>, <c>network</c>, <c>mount</c>, <c>ipc</c>, <c>uts</c>, <c>user</c>, <c>cgroup</c> or <c>time</c>.</summary>
    public string Type { get; init; } = "";

    /// <summary>A namespace file of the host to join; <see langword="null"/> makes a new one.</summary>
    public string? Path { get; init; }
}

/// <summary>A range of ids (user_namespaces(7)).</summary>
public sealed partial record IdMapping
{
    /// <summary>First id inside.</summary>
    [JsonPropertyName("containerID")]
    public uint ContainerId { get; init; }

    /// <summary>First id outside.</summary>
    [JsonPropertyName("hostID")]
    public uint HostId { get; init; }

    /// <summary>How many.</summary>
    public uint Size { get; init; }

    /// <summary>Reads <c>INSIDE:OUTSIDE:COUNT</c>.</summary>
    /// <exception cref="InvalidSpecException">It is not that, or counts none.</exception>
    public static IdMapping Parse(string text)
    {
        string[] parts = text.Split(':');
        if (parts.Length == 3 && uint.TryParse(parts[0], out uint inside) && uint.TryParse(parts[1], out uint outside)
            && uint.TryParse(parts[2], out uint size) && size > 0)
            return new() { ContainerId = inside, HostId = outside, Size = size };
        throw new InvalidSpecException($"'{text}' is not an id map.", "Write 'INSIDE:OUTSIDE:COUNT', as '0:100000:65536'.");
    }

    /// <summary>As <c>-UidMap</c> takes it: <c>INSIDE:OUTSIDE:COUNT</c>.</summary>
    public override string ToString() => $"{ContainerId}:{HostId}:{Size}";
}

/// <summary>An offset of a clock, time_namespaces(7).</summary>
public sealed partial record TimeOffsetSpec
{
    /// <summary>Seconds.</summary>
    public long Secs { get; init; }

    /// <summary>Nanoseconds.</summary>
    public uint Nanosecs { get; init; }
}

/// <summary>A device node, mknod(2).</summary>
public sealed partial record DeviceSpec
{
    /// <summary><c>c</c> or <c>u</c> for characters, <c>b</c> for blocks, <c>p</c> for a FIFO.</summary>
    public string Type { get; init; } = "";

    /// <summary>Absolute path inside the container.</summary>
    public string Path { get; init; } = "";

    /// <summary>Major number.</summary>
    public long Major { get; init; }

    /// <summary>Minor number.</summary>
    public long Minor { get; init; }

    /// <summary>Permission bits; <see langword="null"/> means 0666.</summary>
    public uint? FileMode { get; init; }

    /// <summary>Owner inside the container.</summary>
    public uint? Uid { get; init; }

    /// <summary>Group inside the container.</summary>
    public uint? Gid { get; init; }
}

/// <summary>Execution domain, personality(2).</summary>
public sealed partial record PersonalitySpec
{
    /// <summary><c>LINUX</c> or <c>LINUX32</c>.</summary>
    public string Domain { get; init; } = "";

    /// <summary>Reserved by the specification.</summary>
    public IReadOnlyList<string>? Flags { get; init; }
}

/// <summary>Cache and memory bandwidth allocation (resctrl).</summary>
public sealed partial record IntelRdtSpec
{
    /// <summary>Class of service.</summary>
    [JsonPropertyName("closID")]
    public string? ClosId { get; init; }

    /// <summary>Lines for the schemata file.</summary>
    public IReadOnlyList<string>? Schemata { get; init; }

    /// <summary>Schema for L3 cache.</summary>
    public string? L3CacheSchema { get; init; }

    /// <summary>Schema for memory bandwidth.</summary>
    public string? MemBwSchema { get; init; }

    /// <summary>Whether a monitoring group is made.</summary>
    public bool EnableMonitoring { get; init; }
}

/// <summary>NUMA memory policy, set_mempolicy(2).</summary>
public sealed partial record MemoryPolicySpec
{
    /// <summary><c>MPOL_DEFAULT</c>, <c>MPOL_BIND</c> and so on.</summary>
    public string Mode { get; init; } = "";

    /// <summary>Nodes as a list (<c>0-1</c>).</summary>
    public string? Nodes { get; init; }

    /// <summary><c>MPOL_F_…</c> names.</summary>
    public IReadOnlyList<string>? Flags { get; init; }
}

/// <summary>A network device moved into the container.</summary>
public sealed partial record NetDeviceSpec
{
    /// <summary>Its name inside; <see langword="null"/> keeps the name.</summary>
    public string? Name { get; init; }
}

/// <summary>A system call filter (config-linux.md, "Seccomp").</summary>
public sealed partial record SeccompSpec
{
    /// <summary><c>SCMP_ACT_…</c> for calls that no rule names.</summary>
    public string DefaultAction { get; init; } = "";

    /// <summary>errno for a default action that returns one; <see langword="null"/> means EPERM.</summary>
    public uint? DefaultErrnoRet { get; init; }

    /// <summary><c>SCMP_ARCH_…</c> names; empty means the native one.</summary>
    public IReadOnlyList<string>? Architectures { get; init; }

    /// <summary><c>SECCOMP_FILTER_FLAG_…</c> names.</summary>
    public IReadOnlyList<string>? Flags { get; init; }

    /// <summary>A unix socket that receives the descriptor of a notify filter.</summary>
    public string? ListenerPath { get; init; }

    /// <summary>Opaque data sent along to <see cref="ListenerPath"/>.</summary>
    public string? ListenerMetadata { get; init; }

    /// <summary>Rules, each naming calls.</summary>
    public IReadOnlyList<SeccompRuleSpec>? Syscalls { get; init; }
}

/// <summary>One rule: what happens on these calls with these arguments.</summary>
public sealed partial record SeccompRuleSpec
{
    /// <summary>System call names; ones the architecture lacks are ignored.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary><c>SCMP_ACT_…</c>.</summary>
    public string Action { get; init; } = "";

    /// <summary>errno, or for SCMP_ACT_TRACE the message; <see langword="null"/> means EPERM.</summary>
    public uint? ErrnoRet { get; init; }

    /// <summary>Conditions that must all hold.</summary>
    public IReadOnlyList<SeccompArgSpec>? Args { get; init; }
}

/// <summary>A condition on an argument.</summary>
public sealed partial record SeccompArgSpec
{
    /// <summary>Which argument, 0 to 5.</summary>
    public uint Index { get; init; }

    /// <summary>Compared with; for SCMP_CMP_MASKED_EQ the mask.</summary>
    public ulong Value { get; init; }

    /// <summary>For SCMP_CMP_MASKED_EQ the value.</summary>
    public ulong ValueTwo { get; init; }

    /// <summary><c>SCMP_CMP_NE LT LE EQ GE GT MASKED_EQ</c>.</summary>
    public string Op { get; init; } = "";
}
