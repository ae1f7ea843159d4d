using PSContainer.Kernel;

namespace PSContainer.Programs;

/// <summary>Copies the caller's standard input to a process inside.</summary>
/// <remarks>
/// Nobody can tell whether the process wants any. So what it has not read in the end goes back to a file, as if the process
/// had read from there; and of a terminal at most one line is taken before the last one was read inside, and none while
/// the terminal is somebody else's: of a job in the foreground, or of a pager that reads single keys.
/// </remarks>
internal sealed class StreamInput : IDisposable
{
    /// <summary>How often a terminal is looked at that is somebody else's, in milliseconds.</summary>
    private const int Interval = 100;
    private const int Input = 0, SEEK_CUR = 1, Page = 4096;
    private const short Broken = 8 | 0x20;
    private readonly FileHandle _writer;
    private readonly CallerFile _source;
    private readonly bool _hadLines;
    private FileHandle? _rest;
    private byte[] _bytes = [];
    private int _start, _end;
    private long _taken;
    private bool _hasRoom;

    /// <summary>Begins.</summary>
    /// <param name="inside">The end of the pipe that the process gets; the caller owns it.</param>
    public StreamInput(out FileHandle inside)
    {
        var pipe = new Pipe();
        inside = pipe.Reader;
        _writer = pipe.Writer;
        _source = new CallerFile(Input, Files.O_RDONLY);
        _hadLines = _source.IsTerminal && Termios.TryGet(Input, out Termios settings) && settings.HasLines;
        StreamPipe.NeverWait(_writer.Fd, Files.O_WRONLY);
        // A pipe of one page has room only when it is empty.
        StreamPipe.Resize(_writer.Fd, _source.IsTerminal ? Page : StreamPipe.Size);
    }

    private bool IsPending => _start < _end;

    private bool IsOpen => _writer.Fd >= 0;

    private bool WaitsForRoom => IsPending || (_source.IsTerminal && !_hasRoom);

    private bool IsSomebodyElses => _source.IsTerminal
        && (!Termios.IsInForeground(Input) || (_hadLines && Termios.TryGet(Input, out Termios now) && !now.HasLines));

    /// <summary>What to wait for.</summary>
    /// <returns>For how long, in milliseconds; -1: for ever.</returns>
    public int Watch(out PollEntry source, out PollEntry target)
    {
        source = new PollEntry { Fd = -1, Events = PollEntry.In };
        target = new PollEntry { Fd = _writer.Fd, Events = WaitsForRoom ? Poll.Out : (short)0 };
        if (!IsOpen || WaitsForRoom)
            return -1;
        if (IsSomebodyElses)
            return Interval;
        source.Fd = _source.Fd;
        return -1;
    }

    /// <summary>Does what can be done.</summary>
    public void Serve(short source, short target)
    {
        if (!IsOpen)
            return;
        if ((target & Broken) != 0)
        {
            // Nobody reads it inside any more, so whoever writes to it outside learns it too.
            GiveBack();
            StreamPipe.Release(Input);
            return;
        }
        if ((target & Poll.Out) != 0)
        {
            _hasRoom = true;
            WriteOut();
        }
        if (source != 0 && !IsPending)
            Take();
    }

    private void Take()
    {
        if (_bytes.Length == 0)
            _bytes = GC.AllocateUninitializedArray<byte>(_source.IsTerminal ? Page : StreamPipe.Size);
        nint count = _source.Read(_bytes);
        if (count is -Errno.EAGAIN or -Errno.EINTR || (count == -Errno.EIO && IsSomebodyElses))
            return;
        _hasRoom = false;
        (_start, _end) = (0, (int)Math.Max(0, count));
        _taken += _end;
        if (count > 0)
            WriteOut();
        else
            End();
    }

    private void WriteOut()
    {
        if (!IsPending)
            return;
        nint count = Files.write(_writer.Fd, _bytes.AsSpan(_start, _end - _start));
        _start += (int)Math.Max(0, count);
    }

    // The process finds the end once it has read what there is; how much it leaves can be asked still.
    private void End()
    {
        if (_source.IsSeekable)
        {
            nint rest = Files.openat(Files.AT_FDCWD, $"/proc/self/fd/{_writer.Fd}",
                Files.O_RDONLY | Files.O_NONBLOCK | Files.O_CLOEXEC);
            _rest = rest < 0 ? null : new FileHandle((int)rest);
        }
        _writer.Dispose();
    }

    /// <summary>Ends the input, and gives a file back what was not read.</summary>
    public void GiveBack()
    {
        int pipe = IsOpen ? _writer.Fd : _rest?.Fd ?? -1;
        // What is in the pipe need not come from here: who reads it can open it again and write.
        long unread = Math.Min(_taken, _end - _start + (pipe < 0 ? 0 : StreamPipe.Waiting(pipe)));
        if (_source.IsSeekable && unread > 0)
            Files.lseek(Input, -unread, SEEK_CUR);
        _start = _end = 0;
        Dispose();
    }

    /// <summary>Closes what is open.</summary>
    public void Dispose()
    {
        _writer.Dispose();
        _rest?.Dispose();
        _source.Dispose();
    }
}
