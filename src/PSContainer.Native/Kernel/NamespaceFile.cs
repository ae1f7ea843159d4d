namespace PSContainer.Kernel;

/// <summary>What the kernel tells of a namespace by its file, ioctl_ns(2).</summary>
public static unsafe class NamespaceFile
{
    private const int NS_GET_USERNS = 0xb701, NS_GET_PARENT = 0xb702, NS_GET_NSTYPE = 0xb703, NS_GET_OWNER_UID = 0xb704;

    /// <summary>The user namespace that owns it.</summary>
    /// <returns>A descriptor, or a negated error number: EPERM when it is outside of the caller's own.</returns>
    public static nint OpenOwner(int fd) => Syscall.Call(SyscallNumber.ioctl, fd, NS_GET_USERNS);

    /// <summary>The namespace around a pid or user namespace.</summary>
    /// <returns>A descriptor, or a negated error number: EPERM at the outermost that the caller sees.</returns>
    public static nint OpenParent(int fd) => Syscall.Call(SyscallNumber.ioctl, fd, NS_GET_PARENT);

    /// <summary>Its type as a CLONE_NEW… flag.</summary>
    /// <returns>The flag, or a negated error number: ENOTTY when the file is none of a namespace.</returns>
    public static nint TypeOf(int fd) => Syscall.Call(SyscallNumber.ioctl, fd, NS_GET_NSTYPE);

    /// <summary>The user who made a user namespace, as the caller's user namespace numbers him.</summary>
    /// <returns>The id, or <see langword="null"/> when it is no user namespace.</returns>
    public static uint? OwnerIdOf(int fd)
    {
        uint id;
        return Syscall.Call(SyscallNumber.ioctl, fd, NS_GET_OWNER_UID, (nint)(&id)) == 0 ? id : null;
    }

    /// <summary>Its number: the inode of the file.</summary>
    /// <returns>The number, or <see langword="null"/> when the descriptor cannot be looked at.</returns>
    public static ulong? InodeOf(int fd) =>
        Files.statx(fd, "\0"u8, Files.AT_EMPTY_PATH, Files.STATX_BASIC_STATS, out Files.statx_data data) >= 0 ? data.stx_ino : null;

    /// <summary>Opens a namespace file.</summary>
    /// <returns>The descriptor, or <see langword="null"/> when there is no such file or it is of no namespace.</returns>
    public static FileHandle? Open(string path)
    {
        // Looked at first: opening a device or a FIFO does things.
        if (Statfs.Type(path) != Statfs.NSFS_MAGIC)
            return null;
        nint fd = Files.openat(Files.AT_FDCWD, path, Files.O_RDONLY | Files.O_CLOEXEC | Files.O_NONBLOCK | Files.O_NOCTTY);
        return fd < 0 ? null : new FileHandle((int)fd);
    }
}
