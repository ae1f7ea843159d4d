namespace PSContainer.Kernel;

/// <summary>
/// The kernel's calls on files, each as its manual page has it. Paths are bytes that end with NUL, or strings; a result is
/// the call's own or a negated error number.
/// </summary>
public static unsafe partial class Files
{
    /// <summary>open(2): reading.</summary>
    public const int O_RDONLY = 0;

    /// <summary>open(2): writing.</summary>
    public const int O_WRONLY = 1;

    /// <summary>open(2): reading and writing.</summary>
    public const int O_RDWR = 2;

    /// <summary>open(2): make the file if it is not there.</summary>
    public const int O_CREAT = 0x40;

    /// <summary>open(2): with O_CREAT, fail if it is there; no link is followed.</summary>
    public const int O_EXCL = 0x80;

    /// <summary>open(2): a terminal does not become the controlling one.</summary>
    public const int O_NOCTTY = 0x100;

    /// <summary>open(2): empty the file.</summary>
    public const int O_TRUNC = 0x200;

    /// <summary>open(2): write at the end.</summary>
    public const int O_APPEND = 0x400;

    /// <summary>open(2): never wait.</summary>
    public const int O_NONBLOCK = 0x800;

    /// <summary>open(2): fail unless it is a directory.</summary>
    public static int O_DIRECTORY => Processor.IsArm64 ? 0x4000 : 0x10000;

    /// <summary>open(2): fail if the last component is a symbolic link; with O_PATH, open the link itself.</summary>
    public static int O_NOFOLLOW => Processor.IsArm64 ? 0x8000 : 0x20000;

    /// <summary>open(2): reading leaves the access time alone.</summary>
    public const int O_NOATIME = 0x40000;

    /// <summary>open(2): closed by execve(2).</summary>
    public const int O_CLOEXEC = 0x80000;

    /// <summary>open(2): a place in the tree, without reading or writing what is there.</summary>
    public const int O_PATH = 0x200000;

    /// <summary>openat(2): relative paths start at the working directory.</summary>
    public const int AT_FDCWD = -100;

    /// <summary>Act on a symbolic link itself.</summary>
    public const int AT_SYMLINK_NOFOLLOW = 0x100;

    /// <summary>unlinkat(2): remove a directory.</summary>
    public const int AT_REMOVEDIR = 0x200;

    /// <summary>linkat(2): follow a symbolic link.</summary>
    public const int AT_SYMLINK_FOLLOW = 0x400;

    /// <summary>An empty path means the descriptor itself.</summary>
    public const int AT_EMPTY_PATH = 0x1000;

    /// <summary>lseek(2): from the beginning.</summary>
    public const int SEEK_SET = 0;

    /// <summary>lseek(2): from the end.</summary>
    public const int SEEK_END = 2;

    /// <summary>lseek(2): the next byte that is not in a hole; ENXIO when there is none.</summary>
    public const int SEEK_DATA = 3;

    /// <summary>lseek(2): the next hole.</summary>
    public const int SEEK_HOLE = 4;

    /// <summary>openat(2).</summary>
    public static nint openat(int dirfd, ReadOnlySpan<byte> path, int flags, uint mode = 0)
    {
        fixed (byte* text = path)
            return Syscall.Call(SyscallNumber.openat, dirfd, (nint)text, flags, (nint)mode);
    }

    /// <inheritdoc cref="openat(int, ReadOnlySpan{byte}, int, uint)"/>
    public static nint openat(int dirfd, string path, int flags, uint mode = 0)
    {
        using var text = new CString(path);
        return Syscall.Call(SyscallNumber.openat, dirfd, text, flags, (nint)mode);
    }

    /// <summary>read(2).</summary>
    public static nint read(int fd, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
            return Syscall.Call(SyscallNumber.read, fd, (nint)start, buffer.Length);
    }

    /// <summary>write(2).</summary>
    public static nint write(int fd, ReadOnlySpan<byte> buffer)
    {
        fixed (byte* start = buffer)
            return Syscall.Call(SyscallNumber.write, fd, (nint)start, buffer.Length);
    }

    /// <summary>lseek(2).</summary>
    public static nint lseek(int fd, long offset, int whence) => Syscall.Call(SyscallNumber.lseek, fd, (nint)offset, whence);

    /// <summary>ftruncate(2).</summary>
    public static nint ftruncate(int fd, long length) => Syscall.Call(SyscallNumber.ftruncate, fd, (nint)length);

    /// <summary>geteuid(2).</summary>
    public static uint geteuid() => (uint)Syscall.Call(SyscallNumber.geteuid);

    /// <summary>getegid(2).</summary>
    public static uint getegid() => (uint)Syscall.Call(SyscallNumber.getegid);
}
