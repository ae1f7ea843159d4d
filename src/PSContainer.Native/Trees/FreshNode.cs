using PSContainer.Kernel;
using PSContainer.Rooted;
using static PSContainer.Kernel.Files;

namespace PSContainer.Trees;

/// <summary>Metadata of links, devices and FIFOs that were just made and cannot be opened as files are.</summary>
/// <remarks>
/// Whoever may write to the directory can have exchanged the name since. It is opened once (O_PATH), must be what was made, and
/// is changed through that descriptor only: the worst that is left to win is the owner of another link.
/// </remarks>
internal static class FreshNode
{
    /// <summary>Opens what was made.</summary>
    /// <param name="directoryFd">The directory it is in.</param>
    /// <param name="leaf">Its name, with a NUL.</param>
    /// <param name="type">S_IFLNK, S_IFIFO, S_IFCHR or S_IFBLK.</param>
    /// <param name="device">Numbers of a device.</param>
    /// <param name="name">For messages.</param>
    internal static FileHandle Open(int directoryFd, byte[] leaf, uint type, (uint Major, uint Minor) device, string name)
    {
        var node = new FileHandle((int)Syscall.Check(openat(directoryFd, leaf, O_PATH | O_NOFOLLOW | O_CLOEXEC), "openat", name));
        statx_data data = FileStatus.Of(node.Fd, name);
        if ((data.stx_mode & S_IFMT) == type && (data.stx_rdev_major, data.stx_rdev_minor) == device)
            return node;
        node.Dispose();
        throw new ContainerException($"'{name}' was exchanged for something else while it was made.") { Target = name };
    }

    /// <summary>fchownat(2) of the node itself.</summary>
    internal static nint Chown(FileHandle node, uint uid, uint gid) => fchownat(node.Fd, "\0"u8, uid, gid, AT_EMPTY_PATH);

    /// <summary>chmod(2) of the node; not of a link, which has no mode.</summary>
    internal static nint Chmod(FileHandle node, uint mode) => fchmodat(AT_FDCWD, PathBytes.OfDescriptor(node.Fd), mode);

    /// <summary>utimensat(2) of the node itself: the magic link leads to it and no further.</summary>
    internal static nint SetTimes(FileHandle node, time_spec access, time_spec modification) =>
        utimensat(AT_FDCWD, PathBytes.OfDescriptor(node.Fd), access, modification, 0);
}
