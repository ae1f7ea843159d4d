using PSContainer.Cgroups.Hierarchies;
using PSContainer.Kernel;

namespace PSContainer.Cgroups;

/// <summary>A control group, live: every property is read from the kernel when it is asked for.</summary>
/// <remarks>
/// On v1 it is one directory in each hierarchy, on v2 one directory; names and units are v2's on both. A property that this
/// host cannot tell, or a cgroup that is gone, is <see langword="null"/>; no property throws.
/// </remarks>
public sealed partial class Cgroup
{
    private readonly CgroupHost _host;
    private readonly List<string> _directories;
    private (CgroupHierarchy? Hierarchy, string Directory)[] _places = [];

    private Cgroup(CgroupHost host, IEnumerable<string> directories, string? path = null)
    {
        _host = host;
        _directories = [.. directories];
        Path = path ?? (_directories.Count == 0 ? "" : PathOf(host, _directories[0]));
    }

    /// <summary>Its path below the root of each hierarchy, beginning with a slash.</summary>
    public string Path { get; }

    /// <summary>The last part of its path.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Absolute directories, one a hierarchy.</summary>
    public IReadOnlyList<string> Directories => _directories;

    /// <summary>Whether any of its directories is there.</summary>
    public bool Exists => _directories.Exists(Directory.Exists);

    /// <summary>Opens a cgroup by its directories, as <see cref="ContainerCgroup.Directories"/> gave them.</summary>
    /// <param name="directories">Absolute directories, one a hierarchy; they need not exist any more.</param>
    /// <param name="host">Where controllers are; by default this host.</param>
    public static Cgroup Open(IReadOnlyList<string> directories, CgroupHost? host = null) =>
        new(host ?? CgroupHost.Current, directories);

    /// <summary>Opens a cgroup by its path, in all hierarchies that have it.</summary>
    /// <param name="path">Path below each hierarchy's root.</param>
    /// <param name="host">Where controllers are; by default this host.</param>
    /// <exception cref="InvalidSpecException">The path leads out of the hierarchy or is empty.</exception>
    public static Cgroup Open(string path, CgroupHost? host = null)
    {
        host ??= CgroupHost.Current;
        string relative = CgroupPath.Normalize(path);
        return OpenIn(host, $"/{relative}");
    }

    /// <summary>The root of all hierarchies.</summary>
    public static Cgroup OpenRoot(CgroupHost? host = null) => OpenIn(host ?? CgroupHost.Current, "/");

    private static Cgroup OpenIn(CgroupHost host, string path) =>
        new(host, host.Hierarchies.Select(hierarchy => hierarchy.Directory(path)).Where(Directory.Exists), path);

    /// <summary>Whether all its processes are stopped by <see cref="Freeze"/>.</summary>
    public bool IsFrozen => CgroupFreezer.IsFrozen(_directories);

    /// <summary>The path.</summary>
    public override string ToString() => Path;

    /// <summary>The same cgroup as it is now, with the directories that it got or lost since.</summary>
    public Cgroup Refresh() => IsRoot ? OpenIn(_host, "/") : Open(Path, _host);

    private static string PathOf(CgroupHost host, string directory) =>
        host.HierarchyOf(directory) is { } hierarchy && directory.Length > hierarchy.MountPoint.Length
            ? directory[hierarchy.MountPoint.Length..]
            : "/";

    /// <summary>Its directory in a controller's hierarchy; <see langword="null"/> when it is in none.</summary>
    internal string? FindDirectory(string controller) => DirectoryOf(controller);

    private string? DirectoryOf(string controller) =>
        _host.Find(controller) is { } hierarchy ? DirectoryIn(hierarchy) : null;

    private string? UnifiedDirectory => _host.Unified is { } hierarchy ? DirectoryIn(hierarchy) : null;

    private string? DirectoryIn(CgroupHierarchy hierarchy)
    {
        // A late controller adds a directory.
        if (_places.Length != _directories.Count)
            _places = [.. _directories.Select(directory => (_host.HierarchyOf(directory), directory))];
        foreach ((CgroupHierarchy? known, string directory) in _places)
        {
            if (ReferenceEquals(known, hierarchy))
                return directory;
        }
        return null;
    }

    private bool IsUnified(string controller) => _host.Find(controller) is { IsUnified: true };

    /// <summary>A file of a controller, by its name on v1 and on v2.</summary>
    private string? FileOf(string controller, string legacy, string unified) =>
        DirectoryOf(controller) is { } directory ? $"{directory}/{(IsUnified(controller) ? unified : legacy)}" : null;

    private long? Number(string controller, string legacy, string unified) =>
        FileOf(controller, legacy, unified) is { } file ? SmallFile.ParseNumber(ReadText(file)) : null;

    private long? Key(string controller, string legacy, string unified, string key) =>
        FileOf(controller, legacy, unified) is { } file ? SmallFile.FindKey(ReadText(file), key) : null;
}
