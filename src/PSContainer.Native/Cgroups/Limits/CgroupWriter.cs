using PSContainer.Cgroups.Hierarchies;
using PSContainer.Kernel;

namespace PSContainer.Cgroups.Limits;

/// <summary>Writes limits into the directories of one cgroup.</summary>
/// <remarks>
/// Which of two values has to be written first depends on what is in force: a memory limit may not pass that on memory and
/// swap, a burst may not pass the quota. So what the kernel finds invalid is tried again after the others, for as long as
/// that helps.
/// </remarks>
internal sealed class CgroupWriter(CgroupHost host, IReadOnlyList<string> directories)
{
    /// <summary>Called with a path before it is written.</summary>
    internal Action<string, CgroupWrite>? BeforeWrite { get; init; }

    /// <summary>Writes all of them.</summary>
    /// <exception cref="ContainerException">The kernel refused one.</exception>
    internal void Write(IReadOnlyList<CgroupWrite> writes)
    {
        List<CgroupWrite>? invalid = null;
        foreach (CgroupWrite write in writes)
        {
            if (TryWrite(write) == -Errno.EINVAL)
                (invalid ??= []).Add(write);
        }
        while (invalid is not null)
        {
            int before = invalid.Count;
            invalid.RemoveAll(write => TryWrite(write) == 0);
            if (invalid.Count == 0)
                return;
            if (invalid.Count == before)
                throw Failure(invalid[0], Errno.EINVAL);
        }
    }

    /// <summary>The directory where a controller's files are.</summary>
    internal string DirectoryOf(CgroupWrite write)
    {
        CgroupHierarchy? hierarchy = write.Controller == "cgroup" ? host.Unified : host.Find(write.Controller);
        foreach (string directory in directories)
        {
            if (hierarchy is not null && host.HierarchyOf(directory) == hierarchy)
                return directory;
        }
        throw new ControllerUnavailableException(
            $"The limit '{write.File}' needs the cgroup controller '{write.Controller}', which this cgroup does not have.",
            "Start the container with a limit of this controller; it can then be changed while it runs.")
        { Target = write.File };
    }

    /// <returns>0, or -EINVAL.</returns>
    private int TryWrite(CgroupWrite write)
    {
        string path = $"{DirectoryOf(write)}/{write.File}";
        BeforeWrite?.Invoke(path, write);
        int result = SmallFile.TryWrite(path, write.Value);
        if (result is 0 or -Errno.EINVAL)
            return result;
        if (result == -Errno.ENOENT && write.Alternative is { } other)
            return TryWrite(other with { IsOptional = write.IsOptional });
        if (write.IsOptional && result == -Errno.ENOENT)
            return 0;
        throw Failure(write, -result);
    }

    private ContainerException Failure(CgroupWrite write, int errno)
    {
        string path = $"{DirectoryOf(write)}/{write.File}";
        if (errno == Errno.ENOENT)
        {
            return new ControllerUnavailableException(
                $"The kernel has no '{write.File}' in '{Path.GetDirectoryName(path)}'.",
                write.File.Contains("memsw", StringComparison.Ordinal) || write.File.Contains("swap", StringComparison.Ordinal)
                    ? "Boot the host with swapaccount=1, or leave the swap limit out."
                    : "Use a kernel that has it, or leave this limit out.")
            { Call = "openat", Errno = errno, Target = path };
        }
        string message = $"write '{write.Value.TrimEnd('\n')}' to '{path}': {Errno.Name(errno)} ({Errno.Describe(errno)})";
        string? advice = Recommendation(write, errno);
        if (Explain(Path.GetDirectoryName(path)!, write, errno) is { } why)
            return new ContainerException($"{message}: {why.Why}", why.Advice) { Call = "write", Errno = errno, Target = path };
        return errno is Errno.EACCES or Errno.EPERM
            ? new ContainerPermissionException(message, advice) { Call = "write", Errno = errno, Target = path }
            : new ContainerException(message, advice) { Call = "write", Errno = errno, Target = path };
    }

    // What stands in the way, where the kernel's word for it does not say so.
    private static (string Why, string Advice)? Explain(string directory, CgroupWrite write, int errno)
    {
        if (errno == Errno.EINVAL && CpuConflict.Concerns(write.File))
            return CpuConflict.Explain(directory, write);
        if (CpusetConflict.Concerns(write.File))
            return CpusetConflict.Explain(directory, write, errno);
        return errno == Errno.EBUSY && MemoryUse(directory, write.File) is { } use
            ? ($"{use} bytes are in use", "Set a higher limit, or free memory first: processes and files in memory hold it.")
            : null;
    }

    private static long? MemoryUse(string directory, string file) => file switch
    {
        "memory.limit_in_bytes" => SmallFile.ReadNumber($"{directory}/memory.usage_in_bytes"),
        "memory.memsw.limit_in_bytes" => SmallFile.ReadNumber($"{directory}/memory.memsw.usage_in_bytes"),
        "memory.kmem.tcp.limit_in_bytes" => SmallFile.ReadNumber($"{directory}/memory.kmem.tcp.usage_in_bytes"),
        _ => null,
    };

    private static string? Recommendation(CgroupWrite write, int errno) => errno switch
    {
        Errno.EBUSY when write.Controller == "memory" => "More than that is in use: free memory first, or set a higher limit.",
        Errno.EINVAL when write.File.StartsWith("cpu.rt_", StringComparison.Ordinal) =>
            "A group gets realtime only out of its parent's budget: give the parent's cpu.rt_runtime_us more.",
        Errno.EINVAL when write.File is "cpu.shares" or "cpu.weight" =>
            "A cgroup that is idle (cpu.idle) has no weight: turn that off first, with -CpuIdle:$false.",
        Errno.EINVAL when write.File == "memory.limit_in_bytes" =>
            "The limit on memory and swap together (memory.memsw.limit_in_bytes) is below it: set both.",
        Errno.EINVAL => "The value contradicts another limit or one of the cgroups above; compare it with those.",
        Errno.ENODEV => "There is no such block device: see the MAJ:MIN column of lsblk, and name the disk, not a partition.",
        Errno.EOPNOTSUPP when write.File.Contains("bfq", StringComparison.Ordinal) =>
            "Weights of single disks need the scheduler bfq on the disk: see /sys/block/NAME/queue/scheduler.",
        Errno.ERANGE or Errno.EDOM => "The value is outside of what the kernel takes.",
        Errno.EACCES or Errno.EPERM => CgroupDelegation.OnRefusal("in a cgroup that is delegated to you."),
        _ => null,
    };
}
