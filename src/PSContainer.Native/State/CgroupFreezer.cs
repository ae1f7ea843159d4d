using PSContainer.Kernel;

namespace PSContainer.State;

/// <summary>Whether a container's cgroup is frozen: the one fact of a cgroup that its status needs.</summary>
internal static class CgroupFreezer
{
    internal static bool IsFrozen(IReadOnlyList<string> directories)
    {
        foreach (string directory in directories)
        {
            if (Starts(directory, "cgroup.freeze", "1"u8) || Starts(directory, "freezer.state", "FR"u8))
                return true;
        }
        return false;
    }

    // v1 says FROZEN, or FREEZING while some task sleeps uninterruptibly: as good as frozen for whoever waits.
    private static bool Starts(string directory, string file, ReadOnlySpan<byte> word)
    {
        try
        {
            return new ReadOnlySpan<byte>(AtomicFile.Read(Path.Combine(directory, file))).StartsWith(word);
        }
        catch (ContainerException)
        {
            return false;
        }
    }
}
