using PSContainer.Kernel;
using static PSContainer.Kernel.Files;

namespace PSContainer.Rooted;

/// <summary>What a descriptor refers to, and another descriptor for the same file.</summary>
internal static class FileStatus
{
    private static ReadOnlySpan<byte> Empty => "\0"u8;

    /// <summary>statx(2) of an open file, O_PATH or not.</summary>
    internal static statx_data Of(int fd, string name)
    {
        Syscall.Check(statx(fd, Empty, AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_MNT_ID, out statx_data data), "statx", name);
        return data;
    }

    /// <summary>What tells a file from all others, whatever its names are.</summary>
    internal static (uint Major, uint Minor, ulong Inode) IdentityOf(statx_data data) =>
        (data.stx_dev_major, data.stx_dev_minor, data.stx_ino);

    /// <summary>Opens the very file that an O_PATH descriptor refers to, whatever is at its path by now.</summary>
    internal static FileHandle Reopen(int fd, int flags, string name) =>
        new((int)Syscall.Check(openat(AT_FDCWD, PathBytes.OfDescriptor(fd), flags | O_CLOEXEC | O_NOCTTY), "openat", name));

    /// <summary>The type of a file, for people.</summary>
    internal static string KindOf(uint mode) => (mode & S_IFMT) switch
    {
        S_IFDIR => "directory",
        S_IFLNK => "symbolic link",
        S_IFCHR => "character device",
        S_IFBLK => "block device",
        S_IFIFO => "FIFO",
        S_IFSOCK => "socket",
        _ => "regular file",
    };
}
