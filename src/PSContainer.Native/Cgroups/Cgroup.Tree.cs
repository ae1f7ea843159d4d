using PSContainer.Cgroups.Hierarchies;
using PSContainer.Kernel;

namespace PSContainer.Cgroups;

/// <content>Its place in the tree.</content>
public sealed partial class Cgroup
{
    /// <summary>Whether it is the root of its hierarchies.</summary>
    public bool IsRoot => Path == "/";

    /// <summary>The path of the cgroup above it; <see langword="null"/> for the root.</summary>
    public string? ParentPath => IsRoot ? null : System.IO.Path.GetDirectoryName(Path);

    /// <summary>How far below the root it is; a cgroup right below it is at 1.</summary>
    public int Depth => IsRoot ? 0 : Path.Count(c => c == '/');

    /// <summary>Controllers whose limits and counters it has.</summary>
    public IReadOnlyList<string> Controllers
    {
        get
        {
            var found = new List<string>();
            foreach (CgroupHierarchy hierarchy in _host.Hierarchies)
            {
                if (DirectoryIn(hierarchy) is not { } directory)
                    continue;
                found.AddRange(hierarchy.IsUnified
                    ? SmallFile.ReadWords($"{directory}/cgroup.controllers")
                    : hierarchy.Controllers.Where(name => !name.StartsWith("name=", StringComparison.Ordinal)));
            }
            return found;
        }
    }

    /// <summary>
    /// cgroup.subtree_control: controllers that it gives to the cgroups below it. v2 only; v1 gives all of its own.
    /// </summary>
    public IReadOnlyList<string> SubtreeControllers =>
        UnifiedDirectory is { } directory ? SmallFile.ReadWords($"{directory}/cgroup.subtree_control") : [];

    /// <summary>
    /// cgroup.type: domain, domain threaded, domain invalid or threaded; <see langword="null"/> where v2 is not mounted.
    /// </summary>
    public string? Type =>
        IsRoot ? "domain" : UnifiedDirectory is { } directory ? SmallFile.Read($"{directory}/cgroup.type")?.Trim() : null;

    /// <summary>How many processes are in the cgroup itself.</summary>
    public int ProcessCount => GetProcessIds(recurse: false).Count;

    /// <summary>The cgroups right below it, by name; none when it is gone.</summary>
    public IReadOnlyList<Cgroup> GetChildren()
    {
        var children = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (string directory in _directories)
        {
            foreach (string child in CgroupDirectory.Children(directory))
            {
                string name = System.IO.Path.GetFileName(child);
                if (!children.TryGetValue(name, out List<string>? places))
                    children[name] = places = [];
                places.Add(child);
            }
        }
        string above = IsRoot ? "" : Path;
        return [.. children.Select(child => new Cgroup(_host, child.Value, $"{above}/{child.Key}"))];
    }

    /// <summary>
    /// The path of the cgroup below which the caller makes cgroups: <c>/</c> for root, for others what was delegated to them.
    /// </summary>
    public static string DelegatedRoot => CgroupHost.Current.Unified is { } unified
        && CgroupDelegation.Of(CgroupHost.Current).ParentIn(unified) is { } parent && parent.Length > unified.MountPoint.Length
            ? parent[unified.MountPoint.Length..]
            : "/";

    /// <summary>
    /// The path from the root that a text means: one from the root, a directory of cgroupfs, or one below
    /// <see cref="DelegatedRoot"/>.
    /// </summary>
    public static string ResolvePath(string text)
    {
        if (!text.StartsWith('/'))
            return $"{DelegatedRoot.TrimEnd('/')}/{text}";
        string bare = text.Length > 1 ? text.TrimEnd('/') : text;
        return CgroupHost.Current.HierarchyOf(bare) is { } hierarchy && hierarchy.MountPoint.Length > 1
            ? bare.Length > hierarchy.MountPoint.Length ? bare[hierarchy.MountPoint.Length..] : "/"
            : bare.Length == 0 ? "/" : bare;
    }

    /// <summary>The paths of the cgroups that a process is in: one where all hierarchies agree, as on v2.</summary>
    /// <param name="processId">Host pid.</param>
    /// <param name="host">Where controllers are; by default this host.</param>
    /// <exception cref="ContainerException">There is no such process.</exception>
    public static IReadOnlyList<Cgroup> OpenOfProcess(int processId, CgroupHost? host = null)
    {
        host ??= CgroupHost.Current;
        var paths = new SortedSet<string>(StringComparer.Ordinal);
        foreach ((CgroupHierarchy hierarchy, string directory) in ProcessCgroups.Of(host, processId))
            paths.Add(directory.Length > hierarchy.MountPoint.Length ? directory[hierarchy.MountPoint.Length..] : "/");
        // In hierarchies that nobody uses a process is in the root, which says nothing.
        if (paths.Count > 1)
            paths.Remove("/");
        return [.. paths.Select(path => OpenIn(host, path))];
    }
}
