namespace PSContainer.Kernel;

/// <summary>What a standard stream is.</summary>
public enum StreamKind
{
    /// <summary>A file, a device, a FIFO that has a name, a socket of a network: something that is more than a stream.</summary>
    Other,

    /// <summary>A pipe without a name, pipe(2), at which reads and writes wait.</summary>
    Pipe,

    /// <summary>A unix socket that is connected or listens, and can be connected to nothing else.</summary>
    LocalSocket,

    /// <summary>The null device.</summary>
    Null,

    /// <summary>A terminal.</summary>
    Terminal,

    /// <summary>A directory.</summary>
    Directory,
}

/// <summary>Tells what a standard stream is.</summary>
public static unsafe class StreamKinds
{
    private const int SOL_SOCKET = 1, SO_TYPE = 3, SO_ACCEPTCONN = 30, SO_DOMAIN = 39;
    private const int AF_UNIX = 1, SOCK_STREAM = 1, SOCK_SEQPACKET = 5;
    private const int F_GETFL = 3;

    /// <summary>Looks at a descriptor; one that is closed is <see cref="StreamKind.Other"/>.</summary>
    public static StreamKind Of(int fd)
    {
        if (Files.statx(fd, "\0"u8, Files.AT_EMPTY_PATH, Files.STATX_BASIC_STATS, out Files.statx_data data) < 0)
            return StreamKind.Other;
        return (data.stx_mode & Files.S_IFMT) switch
        {
            Files.S_IFDIR => StreamKind.Directory,
            // A FIFO of the host has the same type, but lies on a filesystem that has names.
            // At one that does not wait, a command would find EAGAIN where it expects to wait, and lose what it writes.
            Files.S_IFIFO when Statfs.Type(fd) == Statfs.PIPEFS_MAGIC && Waits(fd) => StreamKind.Pipe,
            Files.S_IFSOCK when IsTiedLocal(fd) => StreamKind.LocalSocket,
            Files.S_IFCHR when data is { stx_rdev_major: 1, stx_rdev_minor: 3 } => StreamKind.Null,
            Files.S_IFCHR when Termios.TryGet(fd, out _) => StreamKind.Terminal,
            _ => StreamKind.Other,
        };
    }

    /// <summary>Whether a path names the null device itself.</summary>
    public static bool IsNullDevice(string path) =>
        Files.statx(Files.AT_FDCWD, path, Files.AT_SYMLINK_NOFOLLOW, Files.STATX_BASIC_STATS, out Files.statx_data data) == 0
        && (data.stx_mode & Files.S_IFMT) == Files.S_IFCHR && data is { stx_rdev_major: 1, stx_rdev_minor: 3 };

    private static bool Waits(int fd) =>
        (Syscall.Call(SyscallNumber.fcntl, fd, F_GETFL) & Files.O_NONBLOCK) == 0;

    // A socket of the host's network could be connected anew from inside, to what the container's own network does not
    // reach; so could a unix socket that sends datagrams, or is not connected yet, to abstract names of the host.
    private static bool IsTiedLocal(int fd) =>
        Option(fd, SO_DOMAIN) == AF_UNIX && Option(fd, SO_TYPE) is SOCK_STREAM or SOCK_SEQPACKET
        && (Option(fd, SO_ACCEPTCONN) == 1 || HasPeer(fd));

    private static int Option(int fd, int name)
    {
        int value = -1, size = sizeof(int);
        nint result = Syscall.Call(SyscallNumber.getsockopt, fd, SOL_SOCKET, name, (nint)(&value), (nint)(&size));
        return result < 0 ? -1 : value;
    }

    private static bool HasPeer(int fd)
    {
        const int AddressSize = 128;
        byte* address = stackalloc byte[AddressSize];
        int size = AddressSize;
        return Syscall.Call(SyscallNumber.getpeername, fd, (nint)address, (nint)(&size)) == 0;
    }
}
