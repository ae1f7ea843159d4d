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

    /// <summary>The container's id: name of the session keyring.</summary>
    public string Id { get; init; } = "";
}
