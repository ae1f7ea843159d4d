using PSContainer.Kernel;

namespace PSContainer.State;

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
            if (isLikely && Says(directory, ref isKnown))
                return true;
        }
        if (isKnown)
            return false;
        foreach (string directory in directories)
        {
            if (Says(directory, ref isKnown))
                return true;
        }
        return false;
    }

    private static bool Says(string directory, ref bool isKnown) =>
        Starts($"{directory}/cgroup.freeze", "1"u8, ref isKnown) || Starts($"{directory}/freezer.state", "FR"u8, ref isKnown);

    // v1 says FROZEN, or FREEZING while some task sleeps uninterruptibly: as good as frozen for whoever waits.
    private static bool Starts(string file, ReadOnlySpan<byte> word, ref bool isKnown)
    {
        Span<byte> text = stackalloc byte[16];
        nint fd = Files.openat(Files.AT_FDCWD, file, Files.O_RDONLY | Files.O_CLOEXEC);
        if (fd < 0)
            return false;
        using var handle = new FileHandle((int)fd);
        nint length = Files.read(handle.Fd, text);
        isKnown |= length > 0;
        return length > 0 && text[..(int)length].StartsWith(word);
    }
}
