using PSContainer.Kernel;

namespace PSContainer.Cgroups.Hierarchies;

/// <summary>Below which cgroups the caller may make new ones.</summary>
/// <remarks>
/// Root: below the root of every hierarchy. A user: in v2 below the cgroup that systemd or an outer container delegated;
/// in v1 nowhere, because nothing there is safe to delegate.
/// </remarks>
internal sealed class CgroupDelegation
{
    private CgroupDelegation(bool isPrivileged) => IsPrivileged = isPrivileged;

    /// <summary>Whether the caller owns the roots of the hierarchies.</summary>
    internal bool IsPrivileged { get; }

    /// <summary>What the caller of this process may do.</summary>
    internal static CgroupDelegation Of(CgroupHost host) =>
        new(Files.geteuid() == 0
            && (host.Hierarchies.Count == 0 || WriteAccess.IsGiven(host.Hierarchies[0].MountPoint)));

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
            parent is null ? HowToGet(host.Mode, "run it as root") : "Give a name, which is made there, or a path below it.")
        { Target = $"/{path}" };
    }

    /// <summary>The failure of a limit that the caller may not set.</summary>
    internal static ControllerUnavailableException Missing(CgroupHierarchy hierarchy, string controller) => new(
        $"The limit needs the cgroup controller '{controller}', which is not delegated to user {Files.geteuid()} " +
        $"in '{hierarchy.OwnDirectory}'.",
        HowToGet(hierarchy.IsUnified ? CgroupMode.Unified : CgroupMode.Legacy, "run it as root, or run it without limits"))
    { Target = controller };

    /// <summary>How a user gets control groups of his own: one text, wherever it is advised.</summary>
    /// <param name="mode">What the host has; a v2 that is empty beside v1 limits nothing.</param>
    /// <param name="alternative">What can be done instead, to go on after a comma.</param>
    internal static string HowToGet(CgroupMode mode, string alternative)
    {
        string way = mode != CgroupMode.Unified
            ? "cgroup v1 cannot be delegated: boot the host with cgroup v2 alone "
                + "(with systemd: systemd.unified_cgroup_hierarchy=1)"
            : Directory.Exists("/run/systemd/system")
                ? "Run it in a delegated cgroup (systemd-run --user --scope -p Delegate=yes pwsh; if a controller is missing "
                    + "there, root gives it: systemctl edit user@.service, [Service] Delegate=yes)"
                : "Have root delegate a cgroup to you: its directory and its files cgroup.procs and cgroup.subtree_control have "
                    + "to be yours, and your session has to start in it";
        return $"{way}, or {alternative}.";
    }

    /// <summary>What to do about a file of a cgroup that the caller may not write.</summary>
    /// <param name="alternative">What can be done where cgroups can be delegated, to go on after <c>or</c>.</param>
    internal static string OnRefusal(string alternative) => Files.geteuid() != 0 && CgroupHost.Current.Mode != CgroupMode.Unified
        ? HowToGet(CgroupHost.Current.Mode, "run it as root")
        : Advice.RunAsRoot(alternative);

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
        WriteAccess.IsGiven(directory) && WriteAccess.IsGiven($"{directory}/cgroup.procs")
        && WriteAccess.IsGiven($"{directory}/cgroup.subtree_control");
}
