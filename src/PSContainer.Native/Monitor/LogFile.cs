using System.Runtime.CompilerServices;
using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Monitor;

/// <summary>
/// The file <c>log</c>: records of one line, <c>TIME stdout|stderr F|P text</c>. It is bounded: at its limit it becomes
/// <c>log.1</c> and another is begun. Nothing that happens to it ends the monitor: what cannot be written is counted and said
/// once.
/// </summary>
/// <remarks>Only a line feed ends a record, and no text contains one, so no output can look like a record of its own.</remarks>
[SkipLocalsInit]
internal unsafe struct LogFile
{
    /// <summary>Bytes before the text: a timestamp, <c>" stdout "</c>, <c>"F "</c>.</summary>
    public const int PrefixLength = Clock.TimestampLength + 10;

    /// <summary>Bytes collected before they are written; above one full record.</summary>
    public const int Capacity = 16 << 10;

    private const int PathCapacity = 4096;

    private static int Flags =>
        Files.O_RDWR | Files.O_APPEND | Files.O_CREAT | Files.O_NOFOLLOW | Files.O_NONBLOCK | Files.O_CLOEXEC;

    private int _directory;
    private byte* _path;
    private byte* _buffer;
    private int _length;
    private long _size;
    private long _limit;
    private long _lost;
    private bool _said;

    /// <summary>The open file, or -1.</summary>
    public int Fd;

    /// <summary>How large it was when this monitor opened it.</summary>
    public long Start;

    /// <summary>Makes the file; one of the same name, from an earlier life of the container, is continued.</summary>
    /// <returns>0 or a negated error number.</returns>
    public nint Open(MonitorContext* monitor, byte* buffer)
    {
        _directory = monitor->Directory;
        _path = monitor->Arguments.LogPath;
        _limit = monitor->Arguments.LogMax;
        _buffer = buffer;
        nint result = OpenFile();
        Start = _size;
        return result;
    }

    private nint OpenFile()
    {
        Fd = _path != null ? Raw.Open(Raw.AtFdCwd, _path, Flags, 0x180) : Raw.Open(_directory, "log"u8, Flags, 0x180);
        if (Fd < 0)
            return Fd;
        nint size = Raw.Call(SyscallNumber.lseek, Fd, 0, Files.SEEK_END);
        _size = size > 0 ? size : 0;
        return 0;
    }

    /// <summary>Adds one record.</summary>
    /// <param name="stamp">The time, <see cref="Clock.TimestampLength"/> bytes.</param>
    /// <param name="isError">Whether it came from standard error.</param>
    /// <param name="isPart">Whether the line goes on in the next record of the stream.</param>
    /// <param name="text">The text, without its line feed.</param>
    /// <param name="count">Its length; a prefix and a line feed fit beside it in the buffer.</param>
    public void Add(byte* stamp, bool isError, bool isPart, byte* text, nint count)
    {
        if (_length + PrefixLength + count + 1 > Capacity)
            Flush();
        byte* place = _buffer + _length;
        Bytes.Copy(place, stamp, Clock.TimestampLength);
        place += Clock.TimestampLength;
        CopyLiteral(place, isError ? " stderr "u8 : " stdout "u8);
        place[8] = (byte)(isPart ? 'P' : 'F');
        place[9] = (byte)' ';
        Bytes.Copy(place + 10, text, count);
        place[10 + count] = (byte)'\n';
        _length += PrefixLength + (int)count + 1;
    }

    /// <summary>Writes what was collected.</summary>
    public void Flush()
    {
        if (_length == 0)
            return;
        if (_limit > 0 && _size > 0 && _size + _length > _limit)
            Rotate();
        if (!Write(_buffer, _length))
            _lost += _length;
        else if (_lost > 0 && !_said)
            SayLost();
        _length = 0;
    }

    /// <summary>Writes what is left.</summary>
    public void Settle()
    {
        Flush();
        if (_lost > 0)
            SayLost();
    }

    /// <summary>Writes what is left and closes the file.</summary>
    public void Close()
    {
        Settle();
        Raw.Close(Fd);
        Fd = -1;
    }

    /// <summary>Takes back everything this monitor added.</summary>
    public void Discard()
    {
        if (Start > 0)
            Raw.Call(SyscallNumber.ftruncate, Fd, (nint)Start);
        else if (_path == null)
            StateFile.Remove(_directory, "log"u8);
        else
            Raw.Call(SyscallNumber.unlinkat, Raw.AtFdCwd, (nint)_path, 0);
        Raw.Close(Fd);
        Fd = -1;
    }

    private bool Write(byte* text, int length)
    {
        if (Fd < 0 && OpenFile() < 0)
            return false;
        if (Raw.WriteAll(Fd, text, length) == 0)
        {
            _size += length;
            return true;
        }
        // Half a record would join the next one; a reader sees whole ones only.
        Raw.Call(SyscallNumber.ftruncate, Fd, (nint)_size);
        return false;
    }

    private void Rotate()
    {
        if (SetAside() == 0)
        {
            Raw.Close(Fd);
            OpenFile();
            return;
        }
        // The directory is gone or may not be changed: the limit holds all the same.
        Raw.Call(SyscallNumber.ftruncate, Fd, 0);
        _size = 0;
    }

    private readonly nint SetAside()
    {
        if (_path == null)
        {
            fixed (byte* name = "log"u8)
            fixed (byte* old = "log.1"u8)
                return Raw.Call(SyscallNumber.renameat, _directory, (nint)name, _directory, (nint)old);
        }
        byte* memory = stackalloc byte[PathCapacity];
        TextBuffer path = new(memory, PathCapacity);
        path.Append(_path);
        path.Append(".1"u8);
        return path.Overflowed
            ? -Errno.ENAMETOOLONG
            : Raw.Call(SyscallNumber.renameat, Raw.AtFdCwd, (nint)_path, Raw.AtFdCwd, (nint)path.Start);
    }

    private void SayLost()
    {
        byte* memory = stackalloc byte[160];
        TextBuffer text = new(memory, 160);
        byte* stamp = stackalloc byte[Clock.TimestampLength + 2];
        Clock.WriteTimestamp(stamp);
        text.Append(stamp, Clock.TimestampLength);
        text.Append(" stderr F pscontainer: "u8);
        text.Append(_lost);
        text.Append(" bytes of the log are lost: it could not be written\n"u8);
        if (!Write(text.Start, text.Length))
            return;
        _said = true;
        _lost = 0;
    }

    private static void CopyLiteral(byte* target, ReadOnlySpan<byte> literal)
    {
        fixed (byte* source = literal)
            Bytes.Copy(target, source, literal.Length);
    }
}
