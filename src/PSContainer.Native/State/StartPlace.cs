using PSContainer.Kernel;
using PSContainer.Proc;

namespace PSContainer.State;

/// <summary>Where the init of a created container waits to be started.</summary>
internal static class StartPlace
{
    /// <summary>File name of the socket that the parked init reads.</summary>
    internal const string Name = "start";

    /// <summary>Whether an init waits to be started.</summary>
    /// <param name="path">Where its socket would be; of another runtime's container a file that stands for it.</param>
    /// <param name="init">The init. One that has executed its command waits no more, whoever said so and whatever is left.</param>
    internal static bool IsWaitedAt(string path, ProcessFacts init)
    {
        nint result = Files.statx(Files.AT_FDCWD, path, Files.AT_SYMLINK_NOFOLLOW, Files.STATX_BASIC_STATS, out Files.statx_data data);
        return result == 0 && !(init.HasExecuted && (data.stx_mode & Files.S_IFMT) == Files.S_IFSOCK);
    }
}
