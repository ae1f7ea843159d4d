using PSContainer.Cgroups.Devices;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Cgroups.Limits;
using PSContainer.Kernel;
using PSContainer.Spec;

namespace PSContainer.Cgroups;

/// <summary>A container's cgroup, ready to be entered: directories made, limits in force, ways in open.</summary>
/// <remarks>
/// The first process enters v2 by clone3(2) with <c>CLONE_INTO_CGROUP</c> and <see cref="UnifiedFd"/>, and each v1 hierarchy by
/// writing <c>0</c> to <see cref="TaskFds"/> while it has one thread. Both on a hybrid host. Nothing is moved through
/// cgroup.procs: that waits for an RCU grace period, 5 to 15 ms. A new cgroup namespace shows the cgroup as its root only if
/// it is unshared after the process has entered. Disposing closes descriptors; the cgroup stays.
/// </remarks>
public sealed class ContainerCgroup : IDisposable
{
    private readonly List<string> _made = [];
    private readonly List<FileHandle> _tasks = [];
    private FileHandle? _unified;

    private ContainerCgroup()
    {
    }

    /// <summary>Absolute directories of the cgroup, one a hierarchy, for clean-up.</summary>
    public IReadOnlyList<string> Directories { get; private init; } = [];

    /// <summary>Descriptor of the v2 directory for <c>clone_args.cgroup</c>; -1 on a host without v2.</summary>
    public int UnifiedFd => _unified?.Fd ?? -1;

    /// <summary>Descriptors of the <c>tasks</c> files of v1, each to be written <c>0</c> by the process that enters.</summary>
    public IReadOnlyList<int> TaskFds => [.. _tasks.Select(task => task.Fd)];

    /// <summary>Makes a container's cgroup and puts its limits in force.</summary>
    /// <inheritdoc cref="CgroupPlan.Make" path="/param|/exception"/>
    /// <exception cref="ContainerException">The kernel refused a step; nothing is left.</exception>
    public static ContainerCgroup Create(CgroupHost host, string cgroupPath, ResourcesSpec? resources) =>
        Create(CgroupPlan.Make(host, cgroupPath, resources));

    /// <summary>Makes what was planned.</summary>
    /// <exception cref="ContainerException">The kernel refused a step; nothing is left.</exception>
    public static ContainerCgroup Create(CgroupPlan plan)
    {
        var cgroup = new ContainerCgroup { Directories = plan.Directories };
        try
        {
            foreach (CgroupPlace place in plan.Places)
                cgroup.MakeIn(plan, place);
            new CgroupWriter(plan.Host, cgroup.Directories).Write(plan.Writes);
            foreach (CgroupPlace place in plan.Places)
                cgroup.OpenIn(place.Hierarchy, place.Directory);
            cgroup.LimitDevices(plan);
            return cgroup;
        }
        catch
        {
            cgroup.Undo();
            throw;
        }
    }

    /// <summary>Opens the cgroup of a running container, for another process to enter.</summary>
    /// <param name="host">Where controllers are.</param>
    /// <param name="directories">As <see cref="Directories"/> gave them.</param>
    /// <param name="init">Host pid of the container's init: where a container gave controllers to cgroups of its own, v2 lets
    /// nothing enter theirs, and the other process goes where the init is. 0 for none.</param>
    /// <exception cref="ContainerException">One of them is gone.</exception>
    public static ContainerCgroup Open(CgroupHost host, IReadOnlyList<string> directories, int init = 0)
    {
        var cgroup = new ContainerCgroup { Directories = directories };
        try
        {
            foreach (string directory in directories)
            {
                if (host.HierarchyOf(directory) is { } hierarchy)
                    cgroup.OpenIn(hierarchy, EntryOf(hierarchy, directory, init));
            }
            return cgroup;
        }
        catch
        {
            cgroup.Dispose();
            throw;
        }
    }

    /// <summary>Takes back all that was made; for a start that fails later. No process may be inside.</summary>
    public void Undo()
    {
        Dispose();
        for (int i = _made.Count - 1; i >= 0; i--)
        {
            // An outer directory that something else uses by now stays.
            if (CgroupDirectory.Rmdir(_made[i]) == -Errno.EBUSY && Directories.Contains(_made[i]))
                CgroupDirectory.Remove(_made[i]);
        }
        _made.Clear();
    }

    /// <summary>Closes the descriptors.</summary>
    public void Dispose()
    {
        _unified?.Dispose();
        _unified = null;
        _tasks.ForEach(task => task.Dispose());
        _tasks.Clear();
    }

    private void MakeIn(CgroupPlan plan, CgroupPlace place)
    {
        if (plan.IsNew)
            CgroupDirectory.MakeNew(place.Directory, _made);
        else if (!plan.IsSystemd || !Directory.Exists(place.Directory))
            CgroupDirectory.Make(place.Directory, _made);
        // systemd gives a delegated unit every controller that it knows, and alone writes to the cgroups above.
        if (place.Hierarchy.IsUnified && plan.IsSystemd)
            return;
        if (place.Hierarchy.IsUnified)
            SubtreeControl.Enable(place, plan.Asked);
        else if (place.Hierarchy.Controllers.Contains("cpuset"))
            CpusetInheritance.Fill(place.Hierarchy.MountPoint, place.Directory, _made);
    }

    private static string EntryOf(CgroupHierarchy hierarchy, string directory, int init)
    {
        if (!hierarchy.IsUnified || init == 0 || SmallFile.Read($"{directory}/cgroup.subtree_control") is not { } given
            || given.Trim().Length == 0)
            return directory;
        foreach (OwnCgroup cgroup in CgroupHostParser.ParseOwn(SmallFile.Read($"/proc/{init}/cgroup") ?? ""))
        {
            string inner = (hierarchy with { OwnPath = cgroup.Path }).OwnDirectory;
            if (cgroup.Controllers.Length == 0 && inner.StartsWith($"{directory}/", StringComparison.Ordinal))
                return inner;
        }
        return directory;
    }

    private void OpenIn(CgroupHierarchy hierarchy, string directory)
    {
        string path = hierarchy.IsUnified ? directory : $"{directory}/tasks";
        int flags = hierarchy.IsUnified ? Files.O_RDONLY | Files.O_DIRECTORY : Files.O_WRONLY;
        var handle = new FileHandle((int)Syscall.Check(SmallFile.Open(path, flags), "openat", path));
        if (hierarchy.IsUnified)
            _unified = handle;
        else
            _tasks.Add(handle);
    }

    private void LimitDevices(CgroupPlan plan)
    {
        if (plan.Devices is not { } rules)
            return;
        if (plan.Places.FirstOrDefault(place => place.Hierarchy.Controllers.Contains("devices")) is { } legacy)
            DeviceControl.WriteLegacy(legacy.Directory, rules);
        else if (_unified is { } unified)
            DeviceControl.AttachUnified(unified.Fd, Directories[^1], rules);
        else
            throw new ControllerUnavailableException(
                "Device access cannot be limited: there is neither the v1 controller 'devices' nor cgroup v2.",
                "Mount one of them, or allow all devices (-Privileged).")
            { Target = "resources.devices" };
    }
}
