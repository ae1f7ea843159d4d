using PSContainer.Kernel;

namespace PSContainer.Logs;

/// <summary>Reads a log forwards, by whole lines, while it grows.</summary>
internal sealed class LogInput : IDisposable
{
    private const int BlockSize = 64 << 10, LongestLine = 1 << 20;

    private readonly FileHandle _file;
    private byte[] _buffer = new byte[BlockSize];
    private int _start, _end;

    private LogInput(FileHandle file, ulong identity)
    {
        _file = file;
        Identity = identity;
    }

    /// <summary>The file's inode number: another file of the same name has another.</summary>
    public ulong Identity { get; }

    /// <summary>The descriptor.</summary>
    public int Fd => _file.Fd;

    /// <summary>Opens a log.</summary>
    /// <returns>The log, or <see langword="null"/> when it is not there.</returns>
    /// <exception cref="ContainerException">It cannot be opened, or is no regular file.</exception>
    public static LogInput? Open(string path)
    {
        // Without waiting: what lies there may be a FIFO.
        nint opened = Files.openat(Files.AT_FDCWD, path, Files.O_RDONLY | Files.O_NONBLOCK | Files.O_CLOEXEC);
        if (opened is -Errno.ENOENT or -Errno.ENOTDIR)
            return null;
        FileHandle file = new((int)Syscall.Check(opened, "openat", path));
        nint result = Files.statx(file.Fd, "\0"u8, Files.AT_EMPTY_PATH, Files.STATX_BASIC_STATS, out Files.statx_data data);
        if (result == 0 && (data.stx_mode & Files.S_IFMT) == Files.S_IFREG)
            return new LogInput(file, data.stx_ino);
        file.Dispose();
        throw result < 0
            ? Syscall.Failure((int)-result, "statx", path)
            : new ContainerException($"The log '{path}' is not a regular file.") { Target = path };
    }

    /// <summary>The inode number of the file that has the name now, 0 for none.</summary>
    public static ulong IdentityOf(string path) =>
        Files.statx(Files.AT_FDCWD, path, 0, Files.STATX_BASIC_STATS, out Files.statx_data data) == 0 ? data.stx_ino : 0;

    /// <summary>Goes to a place in the file.</summary>
    public void Seek(long offset)
    {
        Files.lseek(_file.Fd, offset, Files.SEEK_SET);
        _start = _end = 0;
    }

    /// <summary>The next whole line, without its line feed.</summary>
    /// <returns>False when there is none yet.</returns>
    public bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        int scanned = 0;
        while (true)
        {
            int distance = _buffer.AsSpan(_start + scanned, _end - _start - scanned).IndexOf((byte)'\n');
            if (distance >= 0)
            {
                line = _buffer.AsSpan(_start, scanned + distance);
                _start += scanned + distance + 1;
                return true;
            }
            scanned = _end - _start;
            if (!Fill())
            {
                line = default;
                return false;
            }
            if (scanned > _end - _start)
                scanned = 0;
        }
    }

    /// <summary>What follows the last line feed; its writer was killed while it wrote.</summary>
    public ReadOnlySpan<byte> Rest => _buffer.AsSpan(_start, _end - _start);

    private bool Fill()
    {
        if (_end - _start >= LongestLine)
            _start = _end;
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        nint count = Files.read(_file.Fd, _buffer.AsSpan(_end));
        if (count <= 0)
            return false;
        _end += (int)count;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
