using PSContainer.Kernel;

namespace PSContainer.Cgroups.Hierarchies;

/// <summary>Where this host keeps its control groups: which controller is in which hierarchy, of which generation.</summary>
/// <remarks>
/// The usual layouts are recognised from /proc/self/cgroup and one statfs(2) a hierarchy; mountinfo, which grows with every
/// mount of the host, is read only for unusual ones.
/// </remarks>
public sealed class CgroupHost
{
    /// <summary>Where distributions mount control groups.</summary>
    public const string DefaultRoot = "/sys/fs/cgroup";

    private static readonly Lazy<CgroupHost> s_current = new(() => Probe());

    private readonly Dictionary<string, CgroupHierarchy> _byController = new(StringComparer.Ordinal);

    internal CgroupHost(IReadOnlyList<CgroupHierarchy> hierarchies)
    {
        Hierarchies = hierarchies;
        foreach (CgroupHierarchy hierarchy in hierarchies)
        {
            foreach (string controller in hierarchy.Controllers)
                _byController.TryAdd(controller, hierarchy);
        }
        Unified = hierarchies.FirstOrDefault(hierarchy => hierarchy.IsUnified);
        Mode = hierarchies.Count == 0 ? CgroupMode.None
            : Unified is null ? CgroupMode.Legacy
            : hierarchies.Count == 1 ? CgroupMode.Unified
            : CgroupMode.Hybrid;
    }

    /// <summary>This host, probed once in a process.</summary>
    public static CgroupHost Current => s_current.Value;

    /// <summary>Generations that are mounted.</summary>
    public CgroupMode Mode { get; }

    /// <summary>The mounted hierarchies, v1 first.</summary>
    public IReadOnlyList<CgroupHierarchy> Hierarchies { get; }

    /// <summary>The v2 hierarchy, or <see langword="null"/>.</summary>
    public CgroupHierarchy? Unified { get; }

    /// <summary>Whether systemd runs this host (sd_booted(3)).</summary>
    internal static bool IsSystemd => Directory.Exists("/run/systemd/system");

    /// <summary>Every controller that can be used, without named hierarchies.</summary>
    public IEnumerable<string> Controllers =>
        Hierarchies.SelectMany(hierarchy => hierarchy.Controllers)
            .Where(name => !name.StartsWith("name=", StringComparison.Ordinal));

    /// <summary>The hierarchy that has a controller, or <see langword="null"/> when none has it.</summary>
    public CgroupHierarchy? Find(string controller) => _byController.GetValueOrDefault(controller);

    /// <summary>The hierarchy a directory belongs to, or <see langword="null"/> when it is no cgroup.</summary>
    public CgroupHierarchy? HierarchyOf(string directory)
    {
        CgroupHierarchy? best = null;
        foreach (CgroupHierarchy hierarchy in Hierarchies)
        {
            if (hierarchy.Contains(directory) && hierarchy.MountPoint.Length >= (best?.MountPoint.Length ?? 0))
                best = hierarchy;
        }
        return best;
    }

    /// <summary>Looks at the host now.</summary>
    /// <param name="root">Where control groups are expected.</param>
    public static CgroupHost Probe(string root = DefaultRoot)
    {
        if (SmallFile.Read("/proc/self/cgroup") is not { } text)
            return new CgroupHost([]);
        IReadOnlyList<OwnCgroup> own = CgroupHostParser.ParseOwn(text);
        return TryUsualLayout(root, own)
            ?? CgroupHostParser.Parse(own, SmallFile.Read("/proc/self/mountinfo") ?? "");
    }

    private static CgroupHost? TryUsualLayout(string root, IReadOnlyList<OwnCgroup> own)
    {
        bool unifiedAtRoot = Statfs.Type(root) == Statfs.CGROUP2_SUPER_MAGIC;
        var found = new List<CgroupHierarchy>(own.Count);
        foreach (OwnCgroup cgroup in own)
        {
            bool isUnified = cgroup.Controllers.Length == 0;
            if (unifiedAtRoot && !isUnified)
                return null;
            string name = string.Join(',', cgroup.Controllers);
            string directory = unifiedAtRoot ? root
                : isUnified ? $"{root}/unified"
                : $"{root}/{(name.StartsWith("name=", StringComparison.Ordinal) ? name[5..] : name)}";
            long type = unifiedAtRoot ? Statfs.CGROUP2_SUPER_MAGIC : Statfs.Type(directory);
            if (type != (isUnified ? Statfs.CGROUP2_SUPER_MAGIC : Statfs.CGROUP_SUPER_MAGIC))
                return null;
            found.Add(new CgroupHierarchy(directory, "/", cgroup.Path, isUnified,
                isUnified ? SmallFile.ReadWords($"{directory}/cgroup.controllers") : cgroup.Controllers));
        }
        return new CgroupHost(CgroupHostParser.Order(found));
    }
}
