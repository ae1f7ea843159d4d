using PSContainer.Kernel;
using PSContainer.Rooted;
using static PSContainer.Kernel.Files;

namespace PSContainer.Trees;

/// <summary>
/// Whether every user of the host can reach a tree of files, and whether it holds what hands them more than they have: a
/// set-user-id file of a root filesystem runs as its owner for whoever executes it, and a device node opens the device.
/// </summary>
public static class OpenTree
{
    private const int MostNames = 4096;
    private const uint OthersPass = 1, OthersWrite = 2, OthersUse = 6;

    // Where programs with privileges and devices are: looking at every file would cost more than a start.
    private static readonly string[] UsualPlaces =
    [
        "bin", "sbin", "usr/bin", "usr/sbin", "usr/local/bin", "usr/local/sbin", "usr/lib/openssh", "tmp", "var/tmp", "root", "dev",
        ".",
    ];

    /// <summary>Whether all directories on the way to a directory, and itself, can be passed by everybody.</summary>
    /// <param name="path">A directory of the host; links are followed.</param>
    /// <returns><see langword="false"/> also when it cannot be told.</returns>
    public static bool IsOpen(string path)
    {
        nint fd = openat(AT_FDCWD, PathBytes.From(path), O_PATH | O_DIRECTORY | O_CLOEXEC);
        while (fd >= 0)
        {
            using var directory = new FileHandle((int)fd);
            if (statx(directory.Fd, "\0"u8, AT_EMPTY_PATH, STATX_BASIC_STATS, out statx_data data) < 0
                || (data.stx_mode & OthersPass) == 0)
                return false;
            fd = openat(directory.Fd, "..\0"u8, O_PATH | O_DIRECTORY | O_CLOEXEC);
            if (fd < 0)
                return false;
            if (statx((int)fd, "\0"u8, AT_EMPTY_PATH, STATX_BASIC_STATS, out statx_data above) == 0
                && (above.stx_ino, above.stx_dev_major, above.stx_dev_minor, above.stx_mnt_id)
                    == (data.stx_ino, data.stx_dev_major, data.stx_dev_minor, data.stx_mnt_id))
            {
                new FileHandle((int)fd).Dispose();
                return true;
            }
        }
        return false;
    }

    /// <summary>A sentence about a tree that is open and holds such files in the usual places.</summary>
    /// <param name="path">The top of the tree.</param>
    /// <returns>The sentence, or <see langword="null"/> when there is nothing to say.</returns>
    public static string? Warning(string path) =>
        HostPath.Full(path) != "/" && IsOpen(path) && FirstPrivileged(path) is { } found
            ? Sentence(path, $"holds '{found}'") : null;

    /// <summary>The sentence itself.</summary>
    /// <param name="path">The top of the tree.</param>
    /// <param name="why">What is wrong about it: <c>holds …</c>.</param>
    public static string Sentence(string path, string why) =>
        $"Every user of this host can reach '{path}', which {why}. A set-user-id file runs as its owner for whoever executes it, and a "
        + $"device node opens the device. Keep it below a directory that only you may pass{Closing(path)}, or choose another "
        + "place.";

    // Not of a directory that is somebody else's, or shared: that would shut others out, or is refused.
    private static string Closing(string path)
    {
        string above = Path.GetDirectoryName(HostPath.Full(path).TrimEnd('/')) ?? "/";
        bool isOwn = above.Length > 1 && statx(AT_FDCWD, PathBytes.From(above), 0, STATX_BASIC_STATS, out statx_data data) == 0
            && data.stx_uid == geteuid() && (data.stx_mode & OthersWrite) == 0;
        return isOwn ? $": chmod 0700 '{above}'" : " (mkdir -m 0700)";
    }

    private static string? FirstPrivileged(string path)
    {
        using RootedDirectory root = RootedDirectory.OpenHost(path);
        (bool noSuid, bool noDev) = Statfs.Restrictions(root.Fd);
        if (noSuid && noDev)
            return null;
        // What is neither in a tree of the caller's nor his own hands out nothing of his, and is not his to close.
        bool isOwnTree = geteuid() == 0 || FileStatus.Of(root.Fd, path).stx_uid == geteuid();
        var seen = new HashSet<(uint, uint, ulong)>();
        foreach (string place in UsualPlaces)
        {
            nint fd = root.TryOpen(PathBytes.From(place), O_RDONLY | O_DIRECTORY);
            if (fd < 0)
                continue;
            using var directory = new FileHandle((int)fd);
            statx_data own = FileStatus.Of(directory.Fd, place);
            if (!seen.Add((own.stx_dev_major, own.stx_dev_minor, own.stx_ino)))
                continue;
            foreach (byte[] name in TreeRemoval.Names(directory.Fd, place).Take(MostNames))
            {
                if (statx(directory.Fd, name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, out statx_data data) == 0
                    && IsPrivileged(data, noSuid, noDev) && (isOwnTree || data.stx_uid == geteuid()))
                    return $"/{(place == "." ? "" : place + "/")}{PathBytes.Describe(name)}";
            }
        }
        return null;
    }

    /// <summary>Whether a file hands something to those who can reach it.</summary>
    internal static bool IsPrivileged(statx_data data, bool noSuid = false, bool noDev = false) => ((uint)data.stx_mode & S_IFMT) switch
    {
        S_IFREG => !noSuid && (data.stx_mode & (S_ISUID | S_ISGID)) != 0 && (data.stx_mode & OthersPass) != 0,
        // A whiteout of an overlay has the number 0:0 and cannot be opened.
        S_IFCHR or S_IFBLK => !noDev && (data.stx_mode & OthersUse) != 0 && (data.stx_rdev_major, data.stx_rdev_minor) != (0, 0),
        _ => false,
    };
}
