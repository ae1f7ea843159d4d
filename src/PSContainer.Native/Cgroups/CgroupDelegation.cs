using PSContainer.Kernel;

namespace PSContainer.Cgroups;

/// <summary>Below which cgroups the caller may make new ones.</summary>
/// <remarks>
/// Root: below the root of every hierarchy. A user: in v2 below the cgroup that systemd or an outer container delegated;
/// in v1 nowhere, because nothing there is safe to delegate.
/// </remarks>
internal sealed class CgroupDelegation
{
    private const int W_OK = 2, AT_EACCESS = 0x200;

    private CgroupDelegation(bool isPrivileged) => IsPrivileged = isPrivileged;

    /// <summary>Whether the caller owns the roots of the hierarchies.</summary>
    internal bool IsPrivileged { get; }

    /// <summary>What the caller of this process may do.</summary>
    internal static CgroupDelegation Of(CgroupHost host) =>
        new(Files.geteuid() == 0
            && (host.Hierarchies.Count == 0 || IsWritable(host.Hierarchies[0].MountPoint)));

    /// <summary>The directory below which cgroups can be made, or <see langword="null"/>.</summary>
    internal string? ParentIn(CgroupHierarchy hierarchy)
    {
        if (IsPrivileged)
            return hierarchy.MountPoint;
        return hierarchy.IsUnified ? DelegatedParent(hierarchy) : null;
    }

    /// <summary>Refuses a path, from the root, where the caller may make no cgroup in any hierarchy.</summary>
    /// <exception cref="ContainerPermissionException">It is such a path.</exception>
    internal void RequirePath(CgroupHost host, string path)
    {
        if (IsPrivileged)
            return;
        string? parent = host.Unified is { } unified ? ParentIn(unified) : null;
        if (parent is not null && host.Unified!.Directory(path).StartsWith($"{parent}/", StringComparison.Ordinal))
            return;
        throw new ContainerPermissionException(
            $"User {Files.geteuid()} may not make the cgroup '/{path}': " + (parent is null
                ? "no cgroup is delegated to this user."
                : $"what is delegated is '{parent}'."),
            host.Unified is null
                ? "cgroup v1 cannot be delegated: boot the host with cgroup v2, or run it as root."
                : parent is null
                    ? "Run it in a delegated cgroup (systemd-run --user --scope -p Delegate=yes pwsh), or as root."
                    : "Give a name, which is made there, or a path below it.")
        { Target = $"/{path}" };
    }

    /// <summary>The failure of a limit that the caller may not set.</summary>
    internal static ControllerUnavailableException Missing(CgroupHierarchy hierarchy, string controller) => new(
        $"The limit needs the cgroup controller '{controller}', which is not delegated to user {Files.geteuid()} " +
        $"in '{hierarchy.OwnDirectory}'.",
        hierarchy.IsUnified
            ? "Run it in a delegated cgroup (systemd-run --user --scope -p Delegate=yes pwsh), as root, or without limits."
            : "cgroup v1 cannot be delegated: boot the host with cgroup v2, run it as root, or run it without limits.")
    { Target = controller };

    // A cgroup that holds processes cannot give controllers to children, and the own one holds at least this process: so its
    // parent is better where that is delegated too.
    private static string? DelegatedParent(CgroupHierarchy hierarchy)
    {
        string own = hierarchy.OwnDirectory;
        string? parent = own.Length > hierarchy.MountPoint.Length ? Path.GetDirectoryName(own) : null;
        if (parent is not null && hierarchy.Contains(parent) && IsDelegated(parent))
            return parent;
        return IsDelegated(own) ? own : null;
    }

    private static bool IsDelegated(string directory) =>
        IsWritable(directory) && IsWritable($"{directory}/cgroup.procs") && IsWritable($"{directory}/cgroup.subtree_control");

    private static bool IsWritable(string path)
    {
        using var name = new CString(path);
        return Syscall.Call(SyscallNumber.faccessat2, Files.AT_FDCWD, name, W_OK, AT_EACCESS) == 0;
    }
}
