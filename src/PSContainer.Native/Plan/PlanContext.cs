using PSContainer.Kernel;
using PSContainer.Security.Landlock;

namespace PSContainer.Plan;

/// <summary>What a plan depends on besides the configuration: facts that were read before, so that planning is pure.</summary>
public sealed record PlanContext
{
    /// <summary>The bundle's directory: relative paths of the configuration begin there.</summary>
    public required string Bundle { get; init; }

    /// <summary>The container's state directory, where overlays are put together.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>The container's cgroup, below each hierarchy's root.</summary>
    public required string CgroupPath { get; init; }

    /// <summary>v1 controllers by hierarchy (<c>cpu,cpuacct</c>); empty on pure v2.</summary>
    public IReadOnlyList<string> LegacyHierarchies { get; init; } = [];

    /// <summary>Absolute directories of the container in <see cref="LegacyHierarchies"/>.</summary>
    public IReadOnlyList<string> LegacyDirectories { get; init; } = [];

    /// <summary>Whether the runtime itself is in a user namespace, as rootless engines call it.</summary>
    public bool IsInUserNamespace { get; init; }

    /// <summary>Where the host has a procfs or sysfs, the inner ones first; known for <see cref="NoPivot"/> only.</summary>
    public IReadOnlyList<string> KernelMounts { get; init; } = [];

    /// <summary>Parts of an overlay root that cannot be one overlay; empty for others.</summary>
    public IReadOnlyList<RootPart> RootParts { get; init; } = [];

    /// <summary>Paths of the host's own devices by the path inside, for a container that may make no nodes.</summary>
    public IReadOnlyDictionary<string, string> DeviceSources { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether a v2 hierarchy with controllers is there.</summary>
    public bool IsUnified { get; init; }

    /// <summary>Whether the runtime is root in the initial user namespace.</summary>
    public bool IsRoot { get; init; } = true;

    /// <summary>Whether the process waits to be started (<c>create</c>) instead of going on (<c>run</c>).</summary>
    public bool Parks { get; init; }

    /// <summary>Whether MS_MOVE and chroot take the place of pivot_root (<c>--no-pivot</c>, for a root on a ramfs).</summary>
    public bool NoPivot { get; init; }

    /// <summary>Whether no session keyring is made (<c>--no-new-keyring</c>).</summary>
    public bool NoNewKeyring { get; init; }

    /// <summary>The finished seccomp filter, struct sock_filter after another; <see langword="null"/> without one.</summary>
    public byte[]? SeccompProgram { get; init; }

    /// <summary>SECCOMP_FILTER_FLAG_… for it.</summary>
    public uint SeccompFlags { get; init; }

    /// <summary>
    /// Types of joined namespaces that a joined user namespace does not own: joined before it, since afterwards the right is gone.
    /// </summary>
    public IReadOnlyList<string> JoinedBeforeUser { get; init; } = [];

    /// <summary>Mask of the capabilities that the runtime has, and so can give to a container in its own user namespace.</summary>
    public long GrantableCapabilities { get; init; } = -1;

    /// <summary>Whether the runtime may enter the mount namespace of a container that has its own user namespace, setns(2).</summary>
    public bool MayJoinMountNamespaces => (GrantableCapabilities & JoiningMountNamespaces) == JoiningMountNamespaces;

    private const long JoiningMountNamespaces = 1L << (int)Capability.SysAdmin | 1L << (int)Capability.SysChroot;

    /// <summary>Whether the filter hands calls to a listener.</summary>
    public bool HasSeccompListener => SeccompProgram is not null && (SeccompFlags & Kernel.SeccompCalls.SECCOMP_FILTER_FLAG_NEW_LISTENER) != 0;

    /// <summary>Path rules of the container; <see langword="null"/> without any.</summary>
    public IReadOnlyList<LandlockRule>? LandlockRules { get; init; }

    /// <summary>The kernel's version of Landlock's interface; 0 for none.</summary>
    public int LandlockVersion { get; init; }

    /// <summary>The container's id: name of the session keyring.</summary>
    public string Id { get; init; } = "";

    /// <summary>Whether the process keeps the caller's supplementary groups.</summary>
    public bool KeepsGroups { get; init; }

    /// <summary>Whether the runtime itself is kept from some of the host's processors.</summary>
    public bool HasNarrowAffinity { get; init; }

    /// <summary>The runtime's environment, for hooks that have none of their own.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];
}
