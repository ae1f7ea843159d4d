using System.Runtime.InteropServices;

namespace PSContainer.Kernel;

/// <content>Modes, owners, times and what statx(2) tells.</content>
public static unsafe partial class Files
{
    /// <summary>inode(7): the bits of a mode that hold the type.</summary>
    public const uint S_IFMT = 0xF000;

    /// <summary>Socket.</summary>
    public const uint S_IFSOCK = 0xC000;

    /// <summary>Symbolic link.</summary>
    public const uint S_IFLNK = 0xA000;

    /// <summary>Regular file.</summary>
    public const uint S_IFREG = 0x8000;

    /// <summary>Block device.</summary>
    public const uint S_IFBLK = 0x6000;

    /// <summary>Directory.</summary>
    public const uint S_IFDIR = 0x4000;

    /// <summary>Character device.</summary>
    public const uint S_IFCHR = 0x2000;

    /// <summary>FIFO.</summary>
    public const uint S_IFIFO = 0x1000;

    /// <summary>Runs with the owner's id.</summary>
    public const uint S_ISUID = 0x800;

    /// <summary>Runs with the group's id.</summary>
    public const uint S_ISGID = 0x400;

    /// <summary>statx(2): the fields that stat(2) has.</summary>
    public const uint STATX_BASIC_STATS = 0x7ff;

    /// <summary>statx(2): mount id.</summary>
    public const uint STATX_MNT_ID = 0x1000;

    /// <summary>statx(2): mount id that is never given again, Linux 6.8.</summary>
    public const uint STATX_MNT_ID_UNIQUE = 0x4000;

    /// <summary>stx_attributes: the file is the root of a mount.</summary>
    public const ulong STATX_ATTR_MOUNT_ROOT = 0x2000;

    /// <summary>utimensat(2): leave this time alone.</summary>
    public const long UTIME_OMIT = 0x3ffffffe;

    /// <summary>struct timespec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct time_spec
    {
        /// <summary>Seconds since 1970.</summary>
        public long tv_sec;

        /// <summary>Nanoseconds, 0 to 999999999, or <see cref="UTIME_OMIT"/>.</summary>
        public long tv_nsec;
    }

    /// <summary>struct statx_timestamp.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct statx_timestamp
    {
        /// <summary>Seconds since 1970.</summary>
        public long tv_sec;

        /// <summary>Nanoseconds.</summary>
        public uint tv_nsec;

        private readonly int reserved;
    }

    /// <summary>struct statx.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    public struct statx_data
    {
        /// <summary>Which fields are filled.</summary>
        public uint stx_mask;

        /// <summary>Preferred size of a transfer in bytes.</summary>
        public uint stx_blksize;

        /// <summary><c>STATX_ATTR_…</c>.</summary>
        public ulong stx_attributes;

        /// <summary>Number of hard links.</summary>
        public uint stx_nlink;

        /// <summary>Owner.</summary>
        public uint stx_uid;

        /// <summary>Group.</summary>
        public uint stx_gid;

        /// <summary>Type and mode.</summary>
        public ushort stx_mode;

        private readonly ushort spare0;

        /// <summary>Inode number.</summary>
        public ulong stx_ino;

        /// <summary>Bytes.</summary>
        public ulong stx_size;

        /// <summary>Blocks of 512 bytes.</summary>
        public ulong stx_blocks;

        /// <summary>Which attributes the filesystem knows.</summary>
        public ulong stx_attributes_mask;

        /// <summary>Last access.</summary>
        public statx_timestamp stx_atime;

        /// <summary>Creation.</summary>
        public statx_timestamp stx_btime;

        /// <summary>Last change of the inode.</summary>
        public statx_timestamp stx_ctime;

        /// <summary>Last change of the content.</summary>
        public statx_timestamp stx_mtime;

        /// <summary>Major number of a device node.</summary>
        public uint stx_rdev_major;

        /// <summary>Minor number of a device node.</summary>
        public uint stx_rdev_minor;

        /// <summary>Major number of the filesystem's device.</summary>
        public uint stx_dev_major;

        /// <summary>Minor number of the filesystem's device.</summary>
        public uint stx_dev_minor;

        /// <summary>Mount id.</summary>
        public ulong stx_mnt_id;
    }

    /// <summary>statx(2). An empty path with <see cref="AT_EMPTY_PATH"/> is the descriptor itself.</summary>
    public static nint statx(int dirfd, ReadOnlySpan<byte> path, int flags, uint mask, out statx_data data)
    {
        fixed (byte* text = path)
        fixed (statx_data* structure = &data)
            return Syscall.Call(SyscallNumber.statx, dirfd, (nint)text, flags, (nint)mask, (nint)structure);
    }

    /// <inheritdoc cref="statx(int, ReadOnlySpan{byte}, int, uint, out statx_data)"/>
    public static nint statx(int dirfd, string path, int flags, uint mask, out statx_data data)
    {
        using var text = new CString(path);
        fixed (statx_data* structure = &data)
            return Syscall.Call(SyscallNumber.statx, dirfd, text, flags, (nint)mask, (nint)structure);
    }

    /// <summary>fchmod(2).</summary>
    public static nint fchmod(int fd, uint mode) => Syscall.Call(SyscallNumber.fchmod, fd, (nint)mode);

    /// <summary>fchmodat(2), which follows a symbolic link: only for paths that nobody else can change.</summary>
    public static nint fchmodat(int dirfd, ReadOnlySpan<byte> path, uint mode)
    {
        fixed (byte* text = path)
            return Syscall.Call(SyscallNumber.fchmodat, dirfd, (nint)text, (nint)mode);
    }

    /// <summary>fchown(2).</summary>
    public static nint fchown(int fd, uint uid, uint gid) => Syscall.Call(SyscallNumber.fchown, fd, (nint)uid, (nint)gid);

    /// <summary>fchownat(2).</summary>
    public static nint fchownat(int dirfd, ReadOnlySpan<byte> path, uint uid, uint gid, int flags)
    {
        fixed (byte* text = path)
            return Syscall.Call(SyscallNumber.fchownat, dirfd, (nint)text, (nint)uid, (nint)gid, flags);
    }

    /// <summary>utimensat(2) of a path.</summary>
    public static nint utimensat(int dirfd, ReadOnlySpan<byte> path, time_spec access, time_spec modification, int flags)
    {
        time_spec* times = stackalloc time_spec[2] { access, modification };
        fixed (byte* text = path)
            return Syscall.Call(SyscallNumber.utimensat, dirfd, (nint)text, (nint)times, flags);
    }

    /// <summary>futimens(3): utimensat(2) of an open file.</summary>
    public static nint futimens(int fd, time_spec access, time_spec modification)
    {
        time_spec* times = stackalloc time_spec[2] { access, modification };
        return Syscall.Call(SyscallNumber.utimensat, fd, 0, (nint)times, 0);
    }

    /// <summary>readlinkat(2). An empty path is the link that an O_PATH|O_NOFOLLOW descriptor refers to.</summary>
    /// <returns>How many bytes there are, without a NUL.</returns>
    public static nint readlinkat(int dirfd, ReadOnlySpan<byte> path, Span<byte> buffer)
    {
        fixed (byte* text = path, start = buffer)
            return Syscall.Call(SyscallNumber.readlinkat, dirfd, (nint)text, (nint)start, buffer.Length);
    }
}
