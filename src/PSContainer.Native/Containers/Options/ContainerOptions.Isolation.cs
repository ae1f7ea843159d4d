using PSContainer.Kernel;
using PSContainer.Security.Landlock;
using PSContainer.Spec;

namespace PSContainer.Containers.Options;

public sealed partial record ContainerOptions
{
    /// <summary>The pid namespace.</summary>
    public NamespaceMode PidMode { get; init; } = NamespaceMode.Private;

    /// <summary>The IPC namespace.</summary>
    public NamespaceMode IpcMode { get; init; } = NamespaceMode.Private;

    /// <summary>The UTS namespace (host name).</summary>
    public NamespaceMode UtsMode { get; init; } = NamespaceMode.Private;

    /// <summary>The cgroup namespace.</summary>
    public NamespaceMode CgroupMode { get; init; } = NamespaceMode.Private;

    /// <summary>The user namespace; private when there are id maps, else <see langword="null"/>: the caller's.</summary>
    public NamespaceMode? UserMode { get; init; }

    /// <summary>The mount namespace; never the caller's: the container's root would become the host's.</summary>
    public NamespaceMode MountMode { get; init; } = NamespaceMode.Private;

    /// <summary>The time namespace.</summary>
    public NamespaceMode TimeMode { get; init; } = NamespaceMode.Host;

    /// <summary>The network; <see langword="null"/>: <see cref="NetworkMode.None"/>, a namespace with only loopback.</summary>
    public NetworkMode? Network { get; init; }

    /// <summary>User ids of a new user namespace.</summary>
    public IReadOnlyList<IdMapping> UidMap { get; init; } = [];

    /// <summary>Group ids of a new user namespace.</summary>
    public IReadOnlyList<IdMapping> GidMap { get; init; } = [];

    /// <summary>A user namespace in which only root exists and is the caller.</summary>
    public bool MapRootUser { get; init; }

    /// <summary>Capabilities taken from the default set.</summary>
    public IReadOnlyList<Capability> DropCapability { get; init; } = [];

    /// <summary>Takes all capabilities before <see cref="AddCapability"/> gives some.</summary>
    public bool DropAllCapabilities { get; init; }

    /// <summary>Capabilities given besides the default set.</summary>
    public IReadOnlyList<Capability> AddCapability { get; init; } = [];

    /// <summary>Gives every capability the caller has, but those in <see cref="DropCapability"/>.</summary>
    public bool AddAllCapabilities { get; init; }

    /// <summary>Lets set-user-id programs gain privileges: no_new_privs stays off.</summary>
    public bool AllowNewPrivileges { get; init; }

    /// <summary>Which system calls may be made; <see langword="null"/>: <see cref="SeccompSource.Default"/>.</summary>
    public SeccompSource? SeccompProfile { get; init; }

    /// <summary>The AppArmor profile of the command.</summary>
    public string? AppArmorProfile { get; init; }

    /// <summary>The SELinux label of the command.</summary>
    public string? SELinuxLabel { get; init; }

    /// <summary>Path rules besides all other walls; none for no such wall.</summary>
    public IReadOnlyList<LandlockRule> Landlock { get; init; } = [];

    /// <summary>Absolute paths that cannot be read, besides the default ones.</summary>
    public IReadOnlyList<string> MaskedPaths { get; init; } = [];

    /// <summary>Absolute paths that cannot be written, besides the default ones.</summary>
    public IReadOnlyList<string> ReadOnlyPaths { get; init; } = [];

    /// <summary>Device nodes of the host to give the container.</summary>
    public IReadOnlyList<DeviceOption> Devices { get; init; } = [];

    /// <summary>Kernel parameters of the container's own namespaces, by name with dots.</summary>
    public IReadOnlyDictionary<string, string> Sysctls { get; init; } = new Dictionary<string, string>();

    /// <summary>Turns confinement off: all capabilities and devices, no filter, no mask, /sys and cgroups writable.</summary>
    public bool Privileged { get; init; }
}
