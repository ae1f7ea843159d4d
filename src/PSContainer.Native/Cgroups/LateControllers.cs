using PSContainer.Cgroups.Hierarchies;
using PSContainer.Cgroups.Limits;
using PSContainer.Kernel;

namespace PSContainer.Cgroups;

/// <summary>Gives a running container a controller that a new limit needs and its start did not.</summary>
internal static class LateControllers
{
    /// <param name="host">Where controllers are.</param>
    /// <param name="directories">The cgroup's directories; gets those that are made in v1 hierarchies.</param>
    /// <param name="path">The cgroup's path.</param>
    /// <param name="writes">The limits.</param>
    internal static void Add(CgroupHost host, List<string> directories, string path, IReadOnlyList<CgroupWrite> writes)
    {
        List<string> asked = Asked(writes);
        foreach (CgroupHierarchy hierarchy in Missing(host, directories, asked))
            Join(hierarchy, directories, path);
        if (PlaceInUnified(host, directories) is { } place)
            SubtreeControl.Enable(place, asked, alsoUseful: false);
    }

    /// <summary>What <see cref="Add"/> would do.</summary>
    internal static IEnumerable<CgroupFileWrite> Plan(
        CgroupHost host, List<string> directories, string path, IReadOnlyList<CgroupWrite> writes)
    {
        List<string> asked = Asked(writes);
        foreach (CgroupHierarchy hierarchy in Missing(host, directories, asked))
        {
            yield return new CgroupFileWrite(hierarchy.Directory(path), "", "mkdir");
            foreach (string id in Processes(directories.Find(Directory.Exists) ?? ""))
                yield return new CgroupFileWrite($"{hierarchy.Directory(path)}/cgroup.procs", id);
        }
        if (PlaceInUnified(host, directories) is not { } place)
            yield break;
        foreach (CgroupFileWrite write in SubtreeControl.PlanPath(place, asked, alsoUseful: false))
            yield return write;
    }

    private static List<string> Asked(IReadOnlyList<CgroupWrite> writes) =>
        [.. writes.Where(write => !write.IsOptional).Select(write => write.Controller).Distinct()];

    private static IEnumerable<CgroupHierarchy> Missing(CgroupHost host, List<string> directories, List<string> asked) =>
        [.. asked.Select(host.Find).OfType<CgroupHierarchy>().Distinct()
            .Where(one => !one.IsUnified && !directories.Exists(directory => host.HierarchyOf(directory) == one))];

    private static CgroupPlace? PlaceInUnified(CgroupHost host, List<string> directories)
    {
        if (host.Unified is not { } unified || directories.Find(one => host.HierarchyOf(one) == unified) is not { } own)
            return null;
        string parent = CgroupDelegation.Of(host).IsPrivileged ? unified.MountPoint : Path.GetDirectoryName(own)!;
        return new CgroupPlace(unified, parent, own);
    }

    private static void Join(CgroupHierarchy hierarchy, List<string> directories, string path)
    {
        string known = directories.Find(Directory.Exists) ?? throw new ContainerStateException(
            $"The cgroup '{path}' is gone.", "Start the container again.");
        string added = hierarchy.Directory(path);
        var made = new List<string>();
        CgroupDirectory.Make(added, made);
        directories.Add(added);
        if (hierarchy.Controllers.Contains("cpuset"))
            CpusetInheritance.Fill(hierarchy.MountPoint, added, made);
        MoveAll(known, added);
    }

    /// <summary>
    /// Moves whole processes, which waits some milliseconds each: nobody waits for a start here. What is forked meanwhile is
    /// found in another round, unless its parent was moved before it.
    /// </summary>
    private static void MoveAll(string from, string to)
    {
        var moved = new HashSet<string>();
        bool again = true;
        while (again)
        {
            again = false;
            foreach (string id in Processes(from))
            {
                // A process that has ended meanwhile, or a kernel thread, stays where it is.
                if (moved.Add(id))
                    again |= SmallFile.TryWrite($"{to}/cgroup.procs", id) == 0;
            }
        }
    }

    private static IEnumerable<string> Processes(string directory) =>
        SmallFile.ReadWords($"{directory}/cgroup.procs").Concat(CgroupDirectory.Children(directory).SelectMany(Processes));
}
