using PSContainer.Cgroups.Hierarchies;
using PSContainer.Cgroups.Limits;
using PSContainer.Systemd;

namespace PSContainer.Cgroups;

/// <content>Making a cgroup, and giving controllers to those below it.</content>
public sealed partial class Cgroup
{
    /// <summary>Makes a cgroup, with those above it that are missing.</summary>
    /// <inheritdoc cref="PlanCreation" path="/param"/>
    /// <exception cref="CgroupAlreadyExistsException">It exists.</exception>
    /// <exception cref="InvalidSpecException">The path or a limit is wrong.</exception>
    /// <exception cref="ControllerUnavailableException">A limit needs a controller that the caller cannot use.</exception>
    /// <exception cref="ContainerException">The kernel refused a step; nothing is left.</exception>
    public static Cgroup Create(
        string path, CgroupLimit? limit = null, IReadOnlyCollection<string>? controllers = null, CgroupHost? host = null)
    {
        CgroupPlan plan = PlanCreation(path, limit, controllers, host);
        string whole = $"/{CgroupPath.Normalize(path)}";
        if (!SystemdUnit.IsSlice(whole))
        {
            using ContainerCgroup made = ContainerCgroup.Create(plan);
            return new Cgroup(plan.Host, made.Directories, whole);
        }
        SystemdUnit.Start(whole, plan.Writes);
        try
        {
            // What systemd has no word for is written besides; where it has no hierarchy of its own the directory is made.
            using ContainerCgroup added = ContainerCgroup.Create(plan.InExisting());
            return new Cgroup(plan.Host, added.Directories, whole);
        }
        catch
        {
            SystemdUnit.Stop(whole);
            throw;
        }
    }

    /// <summary>The path of a cgroup by its name.</summary>
    /// <param name="name">One part of a path.</param>
    /// <param name="parent">The path of the cgroup above; <see langword="null"/>: <see cref="DelegatedRoot"/>.</param>
    /// <exception cref="InvalidSpecException">It is no name.</exception>
    public static string PathOfName(string name, string? parent = null)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            throw new InvalidSpecException(
                $"'{name}' is no name of a cgroup: it has a slash.", "Give a path with -Path, or the cgroup above with -Parent.")
            { Target = name };
        }
        return $"{(parent ?? DelegatedRoot).TrimEnd('/')}/{CgroupPath.Normalize(name)}";
    }

    /// <summary>What <see cref="Create"/> would do. Nothing is made.</summary>
    /// <param name="path">Path below each hierarchy's root; or for a user, of a place in the cgroup delegated to him.</param>
    /// <param name="limit">Limits that are in force before any process can enter; <see langword="null"/> for none.</param>
    /// <param name="controllers">Controllers that it needs besides those of its limits and the usual ones.</param>
    /// <param name="host">Where controllers are; by default this host.</param>
    public static CgroupPlan PlanCreation(
        string path, CgroupLimit? limit = null, IReadOnlyCollection<string>? controllers = null, CgroupHost? host = null)
    {
        host ??= CgroupHost.Current;
        string relative = CgroupPath.Normalize(path);
        if (host.Mode == CgroupMode.None)
        {
            throw new ControllerUnavailableException(
                "No hierarchy of control groups is mounted.", "Mount one: mount -t cgroup2 cgroup2 /sys/fs/cgroup");
        }
        if (OpenIn(host, $"/{relative}") is { Exists: true } other)
            throw new CgroupAlreadyExistsException(other.Path) { Target = other.Path };
        if (host.Hierarchies.Any(hierarchy => File.Exists(hierarchy.Directory(relative))))
        {
            throw new InvalidSpecException(
                $"'/{relative}' is a file of the kernel, not a name for a cgroup.", "Choose another name.")
            { Target = path };
        }
        if (limit is not null)
            CgroupLimitRules.Require(limit, host);
        SystemdUnit.RequirePath($"/{relative}");
        return CgroupPlan.MakeShared(host, relative, limit?.ToResources(), controllers ?? []);
    }

    /// <summary>What <see cref="EnableControllers"/> or <see cref="DisableControllers"/> would write.</summary>
    /// <param name="controllers">The controllers.</param>
    /// <param name="enable">Whether they are given or taken.</param>
    /// <param name="isGiven">Whether the cgroup above will have given them by then.</param>
    /// <exception cref="ControllerUnavailableException">A controller is on v1, or is not to be had.</exception>
    public IReadOnlyList<CgroupFileWrite> PlanControllers(
        IReadOnlyCollection<string> controllers, bool enable, bool isGiven = false) =>
        SubtreeControl.Plan(_host, this, UnifiedDirectory, controllers, enable, isGiven);

    /// <summary>Gives controllers to the cgroups below it, cgroup.subtree_control. v2 only.</summary>
    /// <exception cref="ControllerUnavailableException">A controller is on v1, or is not to be had.</exception>
    /// <exception cref="CgroupBusyException">It holds processes itself.</exception>
    public void EnableControllers(IReadOnlyCollection<string> controllers) =>
        SubtreeControl.Run(this, PlanControllers(controllers, enable: true));

    /// <summary>Takes controllers from the cgroups below it: their limits of these controllers are lost.</summary>
    /// <exception cref="ControllerUnavailableException">A controller is on v1.</exception>
    /// <exception cref="CgroupBusyException">A cgroup below it gives the controller on.</exception>
    public void DisableControllers(IReadOnlyCollection<string> controllers) =>
        SubtreeControl.Run(this, PlanControllers(controllers, enable: false));
}
