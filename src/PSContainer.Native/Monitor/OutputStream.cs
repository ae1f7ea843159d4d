using System.Runtime.CompilerServices;
using PSContainer.Freestanding;

namespace PSContainer.Monitor;

/// <summary>One source of output, and the line of it that is not finished yet.</summary>
[SkipLocalsInit]
internal unsafe struct OutputStream
{
    /// <summary>The longest record's text; a longer line becomes several.</summary>
    public const int Capacity = 8 << 10;

    private byte* _buffer;
    private int _length;
    private bool _isInLine;

    /// <summary>The non-blocking descriptor that is read, or -1.</summary>
    public int Fd;

    /// <summary>Whether it is standard error.</summary>
    public bool IsError;

    /// <summary>Whether it is a terminal: its driver puts a carriage return before each line feed.</summary>
    public bool IsTerminal;

    /// <summary>Begins without a source.</summary>
    public void Initialize(byte* buffer, bool isError)
    {
        _buffer = buffer;
        _length = 0;
        _isInLine = false;
        Fd = -1;
        IsError = isError;
        IsTerminal = false;
    }

    /// <summary>Reads once and gives each whole line to the log.</summary>
    /// <returns>Whether something was read. At the end, or when reading fails, the descriptor is closed.</returns>
    public bool Pump(LogFile* log)
    {
        nint count = Raw.Read(Fd, _buffer + _length, Capacity - _length);
        if (count == -Kernel.Errno.EAGAIN)
            return false;
        if (count <= 0)
        {
            // A terminal whose last process is gone answers EIO: its end of file.
            Raw.Close(Fd);
            Fd = -1;
            return false;
        }
        byte* stamp = stackalloc byte[Clock.TimestampLength + 2];
        Clock.WriteTimestamp(stamp);
        int scanned = _length;
        _length += (int)count;
        AddLines(log, stamp, scanned);
        return true;
    }

    private void AddLines(LogFile* log, byte* stamp, int scanned)
    {
        int start = 0;
        while (true)
        {
            nint distance = Bytes.IndexOf(_buffer + scanned, _length - scanned, (byte)'\n');
            if (distance < 0)
                break;
            int end = scanned + (int)distance;
            int visible = IsTerminal && end > start && _buffer[end - 1] == (byte)'\r' ? end - 1 : end;
            log->Add(stamp, IsError, isPart: false, _buffer + start, visible - start);
            _isInLine = false;
            start = scanned = end + 1;
        }
        _length -= start;
        if (start > 0)
            Bytes.MoveDown(_buffer, _buffer + start, _length);
        if (_length == Capacity)
            AddRest(log, stamp, isPart: true);
    }

    /// <summary>Ends the line, and closes the descriptor.</summary>
    public void Finish(LogFile* log)
    {
        EndLine(log);
        Raw.Close(Fd);
        Fd = -1;
    }

    /// <summary>Gives what is left without a line feed to the log.</summary>
    /// <remarks>As the line's last record: a log goes on when its container is started again, and the line does not.</remarks>
    public void EndLine(LogFile* log)
    {
        byte* stamp = stackalloc byte[Clock.TimestampLength + 2];
        Clock.WriteTimestamp(stamp);
        if (_length > 0 || _isInLine)
            AddRest(log, stamp, isPart: false);
    }

    private void AddRest(LogFile* log, byte* stamp, bool isPart)
    {
        log->Add(stamp, IsError, isPart, _buffer, _length);
        _isInLine = isPart;
        _length = 0;
    }
}
