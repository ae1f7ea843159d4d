using PSContainer.Kernel;

namespace PSContainer.Monitor;

/// <summary>Bytes on their way through a terminal proxy, one portion at a time.</summary>
internal sealed class TerminalBuffer(int size)
{
    // What a terminal in its ordinary mode takes for the end of input (Ctrl+D); within a line it takes two.
    private const byte EndOfTransmission = 4;

    private readonly byte[] _bytes = new byte[size];
    private int _start, _end;
    private bool _isInLine;

    /// <summary>How many bytes wait to be written.</summary>
    public int Count => _end - _start;

    /// <summary>Whether nothing waits to be written.</summary>
    public bool IsEmpty => _start == _end;

    /// <summary>Forgets what waits.</summary>
    public void Clear() => _start = _end = 0;

    /// <summary>Reads a portion; nothing waits when this is called.</summary>
    /// <returns>False at the end of the source.</returns>
    public bool ReadFrom(int fd)
    {
        nint count = Files.read(fd, _bytes);
        if (count is -Errno.EAGAIN or -Errno.EINTR)
            return true;
        _start = 0;
        _end = (int)Math.Max(0, count);
        if (_end > 0)
            _isInLine = _bytes[_end - 1] != (byte)'\n';
        return count > 0;
    }

    /// <summary>Writes as much as the target takes.</summary>
    /// <returns>False when it takes nothing ever again.</returns>
    public bool WriteTo(int fd)
    {
        nint count = Files.write(fd, _bytes.AsSpan(_start, _end - _start));
        if (count is -Errno.EAGAIN or -Errno.EINTR)
            return true;
        _start += (int)Math.Max(0, count);
        return count > 0;
    }

    /// <summary>Lets the reader of the terminal see an end of file.</summary>
    public void PutEndOfFile()
    {
        _start = 0;
        _end = 0;
        if (_isInLine)
            _bytes[_end++] = EndOfTransmission;
        _bytes[_end++] = EndOfTransmission;
    }
}
