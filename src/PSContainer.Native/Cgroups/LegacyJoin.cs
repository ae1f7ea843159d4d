namespace PSContainer.Cgroups;

/// <summary>Takes a running container into a v1 hierarchy that a new limit needs and its start did not.</summary>
internal static class LegacyJoin
{
    /// <param name="host">Where controllers are.</param>
    /// <param name="directories">The cgroup's directories; gets those that are made.</param>
    /// <param name="path">The cgroup's path.</param>
    /// <param name="writes">The limits.</param>
    internal static void Join(CgroupHost host, List<string> directories, string path, IReadOnlyList<CgroupWrite> writes)
    {
        foreach (CgroupWrite write in writes)
        {
            if (write.IsOptional || host.Find(write.Controller) is not { IsUnified: false } hierarchy
                || directories.Exists(directory => host.HierarchyOf(directory) == hierarchy))
                continue;
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
