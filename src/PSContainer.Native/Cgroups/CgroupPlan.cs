using PSContainer.Cgroups.Devices;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Cgroups.Limits;
using PSContainer.Spec;
using PSContainer.Systemd;

namespace PSContainer.Cgroups;

/// <summary>What will be made for a container, known before anything is: directories, values, device rules.</summary>
/// <remarks>
/// A container always gets memory, cpu, pids and I/O where the host has them, so that it can be measured and limited later;
/// other controllers only when a limit asks for them, since each v1 hierarchy costs some 25 microseconds, or an engine chose the
/// path and will look for it everywhere. On a hybrid host the empty v2 hierarchy stands in for v1's freezer and cpuacct: it
/// freezes, kills in one step and knows pressure.
/// </remarks>
public sealed class CgroupPlan
{
    private static readonly string[] s_always = ["memory", "cpu", "pids", "blkio"];

    private CgroupPlan(
        CgroupHost host, IReadOnlyList<CgroupPlace> places, IReadOnlyList<CgroupWrite> writes, List<string> asked)
    {
        Host = host;
        Places = places;
        string[] directories = new string[places.Count];
        for (int i = 0; i < directories.Length; i++)
            directories[i] = places[i].Directory;
        Directories = directories;
        Writes = writes;
        Asked = asked;
    }

    /// <summary>The host it is for.</summary>
    public CgroupHost Host { get; }

    /// <summary>Absolute directories that will be made, one a hierarchy: what clean-up has to know.</summary>
    public IReadOnlyList<string> Directories { get; }

    /// <summary>The hierarchies that the container will be in; of all others it stays in its starter's cgroup.</summary>
    public IEnumerable<CgroupHierarchy> Hierarchies => Places.Select(place => place.Hierarchy);

    /// <summary>Values that will be written, in order.</summary>
    public IReadOnlyList<CgroupWrite> Writes { get; }

    /// <summary>Whether device access is limited.</summary>
    public bool LimitsDevices => Devices is not null;

    internal IReadOnlyList<CgroupPlace> Places { get; }

    /// <summary>Controllers that some limit needs.</summary>
    internal IReadOnlyCollection<string> Asked { get; }

    internal DeviceRules? Devices { get; private init; }

    /// <summary>Whether systemd has made the cgroup, and gives it its controllers.</summary>
    internal bool IsSystemd { get; private init; }

    /// <summary>Plans the cgroup of a container.</summary>
    /// <param name="host">Where controllers are.</param>
    /// <param name="cgroupPath">Path below each hierarchy's root, or below the delegated cgroup of a user.</param>
    /// <param name="resources">The limits; device rules of <see cref="DefaultDeviceRules"/> always apply.</param>
    /// <param name="management">Who chose the path, and looks after the cgroup too.</param>
    /// <param name="isRealtime">Whether the container begins with a real-time policy: a new cgroup of v1 has no budget for one.</param>
    /// <exception cref="InvalidSpecException">The path or a limit is wrong.</exception>
    /// <exception cref="ControllerUnavailableException">A limit needs a controller that the caller cannot use.</exception>
    public static CgroupPlan Make(
        CgroupHost host, string cgroupPath, ResourcesSpec? resources, CgroupManagement management = CgroupManagement.Own, bool isRealtime = false)
    {
        string path = CgroupPath.Normalize(cgroupPath);
        DeviceRules? devices = DeviceRules.For(resources?.Devices);
        CgroupDelegation delegation = CgroupDelegation.Of(host);
        // Nobody without privilege can make a device node, and those bound into the container the caller can open anyway.
        if (!delegation.IsPrivileged)
            devices = null;
        return Build(host, delegation, path, resources, [], devices, management, isRealtime);
    }

    /// <summary>Plans a cgroup that is no container's: without device rules, and it may not exist yet.</summary>
    /// <inheritdoc cref="Make" path="/exception"/>
    internal static CgroupPlan MakeShared(
        CgroupHost host, string cgroupPath, ResourcesSpec? resources, IReadOnlyCollection<string> controllers)
    {
        foreach (string controller in controllers)
        {
            if (host.Find(controller) is null)
                throw new LimitWrites(host).Missing(controller, $"-Controller {controller}");
        }
        CgroupDelegation delegation = CgroupDelegation.Of(host);
        delegation.RequirePath(host, cgroupPath);
        CgroupPlan plan = Build(host, delegation, cgroupPath, resources, controllers, null);
        plan.IsNew = true;
        return plan;
    }

    /// <summary>The same plan for directories that systemd has made.</summary>
    internal CgroupPlan InExisting()
    {
        IsNew = false;
        return this;
    }

    /// <summary>Whether a directory that is there already is somebody else's.</summary>
    internal bool IsNew { get; private set; }

    /// <summary>What carrying it out does to the kernel's files, in order, for people to read.</summary>
    public IEnumerable<CgroupFileWrite> Describe()
    {
        if (IsNew && Places.Count > 0 && SystemdUnit.IsSlice(Places[0].Directory))
            yield return new CgroupFileWrite(Path.GetFileName(Places[0].Directory), "", "Start the unit in systemd");
        foreach (CgroupPlace place in Places)
        {
            foreach (string missing in MissingAbove(place.Directory))
                yield return new CgroupFileWrite(missing, "", "mkdir");
            if (!place.Hierarchy.IsUnified)
                continue;
            foreach (CgroupFileWrite write in SubtreeControl.PlanPath(place, Asked))
                yield return write;
        }
        var writer = new CgroupWriter(Host, Directories);
        foreach (CgroupWrite write in Writes)
            yield return new CgroupFileWrite($"{writer.DirectoryOf(write)}/{write.File}", write.Value);
    }

    private static IEnumerable<string> MissingAbove(string directory)
    {
        var missing = new Stack<string>();
        for (string? path = directory; path is not null && !Directory.Exists(path); path = Path.GetDirectoryName(path))
            missing.Push(path);
        return missing;
    }

    private static CgroupPlan Build(
        CgroupHost host, CgroupDelegation delegation, string path, ResourcesSpec? resources,
        IReadOnlyCollection<string> controllers, DeviceRules? devices, CgroupManagement management = CgroupManagement.Own,
        bool isRealtime = false)
    {
        if (resources is not null)
            ResourceRules.Require(resources);
        IReadOnlyList<CgroupWrite> writes = resources is null ? [] : LimitTranslator.Translate(host, resources);
        var asked = new List<string>(controllers);
        foreach (CgroupWrite write in writes)
        {
            if (!write.IsOptional && !asked.Contains(write.Controller))
                asked.Add(write.Controller);
        }
        var places = new List<CgroupPlace>();
        foreach (CgroupHierarchy hierarchy in host.Hierarchies)
        {
            if (!IsWanted(host, hierarchy, asked, devices is not null, management))
                continue;
            if (isRealtime && management == CgroupManagement.Own && IsOnlyForMeasuring(hierarchy, asked))
                continue;
            if (management == CgroupManagement.Systemd && (hierarchy.IsUnified || delegation.IsPrivileged))
                places.Add(new CgroupPlace(hierarchy, hierarchy.MountPoint, hierarchy.Directory(path)));
            else if (delegation.ParentIn(hierarchy) is { } parent)
                places.Add(new CgroupPlace(hierarchy, parent, DirectoryBelow(hierarchy, parent, path)));
            else if (asked.Find(controller => host.Find(controller) == hierarchy) is { } controller)
                throw CgroupDelegation.Missing(hierarchy, controller);
        }
        // Who names a path is told when the container cannot be there; without one a user's container goes where it can.
        if (management == CgroupManagement.Engine && places.Count == 0 && host.Hierarchies.Count > 0)
            delegation.RequirePath(host, path);
        return new CgroupPlan(host, places, writes, asked) { Devices = devices, IsSystemd = management == CgroupManagement.Systemd };
    }

    // A path of a cgroup that is in the delegated one already leads there from the root.
    private static string DirectoryBelow(CgroupHierarchy hierarchy, string parent, string path)
    {
        string fromRoot = hierarchy.Directory(path);
        return fromRoot.StartsWith($"{parent}/", StringComparison.Ordinal) ? fromRoot : $"{parent}/{path}";
    }

    private static bool IsWanted(
        CgroupHost host, CgroupHierarchy hierarchy, List<string> asked, bool devices, CgroupManagement management)
    {
        if (hierarchy.IsUnified)
            return true;
        foreach (string controller in hierarchy.Controllers)
        {
            bool wanted = Array.IndexOf(s_always, controller) >= 0
                || asked.Contains(controller)
                || (controller == "devices" && devices)
                || (management == CgroupManagement.Engine && IsForEngines(controller))
                || (controller is "freezer" or "cpuacct" && host.Unified is null)
                // systemd ends what it finds in a session's cgroup when the session ends.
                || (controller == "name=systemd" && (CgroupHost.IsSystemd || management == CgroupManagement.Systemd));
            if (wanted)
                return true;
        }
        return false;
    }

    private static bool IsOnlyForMeasuring(CgroupHierarchy hierarchy, List<string> asked) =>
        hierarchy.Controllers is ["cpu"] && !asked.Contains("cpu") && File.Exists($"{hierarchy.MountPoint}/cpu.rt_runtime_us");

    // A hierarchy without a controller is somebody's own, but for the one that every host of v1 has.
    private static bool IsForEngines(string controller) =>
        controller == "name=systemd" || !controller.StartsWith("name=", StringComparison.Ordinal);
}

/// <summary>Where a container's cgroup is in one hierarchy.</summary>
/// <param name="Hierarchy">The hierarchy.</param>
/// <param name="Parent">Absolute directory that exists and stays.</param>
/// <param name="Directory">Absolute directory of the container, below it.</param>
internal sealed record CgroupPlace(CgroupHierarchy Hierarchy, string Parent, string Directory);

/// <summary>Who looks after a container's cgroup besides us.</summary>
public enum CgroupManagement
{
    /// <summary>Nobody.</summary>
    Own,

    /// <summary>An engine chose the path: it measures, freezes and makes cgroups below it in whichever hierarchy it likes.</summary>
    Engine,

    /// <summary>systemd: the cgroup is a unit's.</summary>
    Systemd,
}
