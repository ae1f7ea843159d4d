using PSContainer.Kernel;

namespace PSContainer.Programs;

/// <summary>A stream of the caller's, read or written without ever waiting for its other side.</summary>
internal sealed unsafe class CallerFile : IDisposable
{
    // PIPE_BUF: what a pipe that is ready takes without waiting.
    private const int Portion = 4096;
    private const int DontWait = 0x40, NoSignal = 0x4000;
    private readonly FileHandle? _own;
    private readonly int _open;
    private readonly bool _isSocket;
    private readonly int _most = int.MaxValue;

    /// <summary>Prepares a stream.</summary>
    /// <param name="fd">Its descriptor, which stays the caller's.</param>
    /// <param name="access">O_RDONLY or O_WRONLY.</param>
    public CallerFile(int fd, int access)
    {
        Fd = _open = fd;
        Files.statx(fd, "\0"u8, Files.AT_EMPTY_PATH, Files.STATX_BASIC_STATS, out Files.statx_data data);
        uint type = data.stx_mode & Files.S_IFMT;
        IsTerminal = StreamKinds.Of(fd) == StreamKind.Terminal;
        IsSeekable = type is Files.S_IFREG or Files.S_IFBLK;
        _isSocket = type == Files.S_IFSOCK;
        if (type != Files.S_IFIFO && !IsTerminal)
            return;
        // Opened once more: O_NONBLOCK of the caller's own would be seen by all who share it.
        nint opened = Files.openat(Files.AT_FDCWD, $"/proc/self/fd/{fd}",
            access | Files.O_NONBLOCK | Files.O_NOCTTY | Files.O_CLOEXEC);
        if (opened >= 0)
        {
            _own = new FileHandle((int)opened);
            _open = _own.Fd;
        }
        else
        {
            _most = Portion;
        }
    }

    /// <summary>What is polled: the caller's own, since of a FIFO only that one knows of writers who are gone already.</summary>
    public int Fd { get; }

    /// <summary>Whether it is a terminal.</summary>
    public bool IsTerminal { get; }

    /// <summary>Whether it is a file that is read from a place on.</summary>
    public bool IsSeekable { get; }

    /// <summary>Reads what is there.</summary>
    /// <returns>How many bytes, 0 at the end, or a negated error number.</returns>
    public nint Read(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            return _isSocket
                ? Syscall.Call(SyscallNumber.recvfrom, _open, (nint)start, buffer.Length, DontWait, 0, 0)
                : Syscall.Call(SyscallNumber.read, _open, (nint)start, buffer.Length);
        }
    }

    /// <summary>Writes what there is room for.</summary>
    /// <returns>How many bytes, or a negated error number.</returns>
    public nint Write(ReadOnlySpan<byte> bytes)
    {
        int length = Math.Min(bytes.Length, _most);
        fixed (byte* start = bytes)
        {
            return _isSocket
                ? Syscall.Call(SyscallNumber.sendto, _open, (nint)start, length, DontWait | NoSignal, 0, 0)
                : Syscall.Call(SyscallNumber.write, _open, (nint)start, length);
        }
    }

    /// <summary>Closes what was opened here.</summary>
    public void Dispose() => _own?.Dispose();
}
