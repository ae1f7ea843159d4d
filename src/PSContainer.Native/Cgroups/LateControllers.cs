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
        var asked = writes.Where(write => !write.IsOptional).Select(write => write.Controller).Distinct().ToList();
        foreach (string controller in asked)
        {
            if (host.Find(controller) is { IsUnified: false } hierarchy
                && !directories.Exists(directory => host.HierarchyOf(directory) == hierarchy))
                Join(hierarchy, directories, path);
        }
        if (host.Unified is not { } unified)
            return;
        if (directories.Find(directory => host.HierarchyOf(directory) == unified) is not { } own)
            return;
        string parent = CgroupDelegation.Of(host).IsPrivileged ? unified.MountPoint : Path.GetDirectoryName(own)!;
        SubtreeControl.Enable(new CgroupPlace(unified, parent, own), asked);
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
            CpusetInheritance.Fill(made);
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
                    again |= CgroupFile.TryWrite($"{to}/cgroup.procs", id) == 0;
            }
        }
    }

    private static IEnumerable<string> Processes(string directory) =>
        CgroupFile.ReadWords($"{directory}/cgroup.procs").Concat(CgroupDirectory.Children(directory).SelectMany(Processes));
}
