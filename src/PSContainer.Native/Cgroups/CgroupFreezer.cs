using PSContainer.Kernel;

namespace PSContainer.Cgroups;

/// <summary>Whether a container's cgroup is frozen: the one fact of a cgroup that its status needs.</summary>
internal static class CgroupFreezer
{
    internal static bool IsFrozen(IReadOnlyList<string> directories)
    {
        // One of the hierarchies can tell, and most hosts name it so: that saves `list` a dozen looks a container.
        bool isKnown = false;
        foreach (string directory in directories)
        {
            bool isLikely = directories.Count == 1 || directory.Contains("/unified/", StringComparison.Ordinal)
                || directory.Contains("/freezer/", StringComparison.Ordinal);
            bool? says = isLikely ? Says(directory) : null;
            if (says == true)
                return true;
            isKnown |= says is not null;
        }
        return !isKnown && directories.Any(directory => Says(directory) == true);
    }

    // Null of a hierarchy that has no freezer.
    private static bool? Says(string directory) =>
        Starts($"{directory}/cgroup.freeze", "1"u8) ?? Starts($"{directory}/freezer.state", "FR"u8);

    // v1 says FROZEN, or FREEZING while some task sleeps uninterruptibly: as good as frozen for whoever waits.
    private static bool? Starts(string file, ReadOnlySpan<byte> word)
    {
        Span<byte> text = stackalloc byte[16];
        nint fd = Files.openat(Files.AT_FDCWD, file, Files.O_RDONLY | Files.O_CLOEXEC);
        if (fd < 0)
            return null;
        using var handle = new FileHandle((int)fd);
        nint length = Files.read(handle.Fd, text);
        return length > 0 ? text[..(int)length].StartsWith(word) : null;
    }
}
