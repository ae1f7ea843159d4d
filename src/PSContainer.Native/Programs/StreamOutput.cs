using PSContainer.Kernel;

namespace PSContainer.Programs;

/// <summary>Copies what a process inside writes to a stream of the caller's.</summary>
internal sealed class StreamOutput : IDisposable
{
    private const short Broken = 8 | PollEntry.Hangup | 0x20;
    private const int Output = 1;
    private readonly FileHandle _reader;
    private readonly CallerFile _target;
    private byte[] _bytes = [];
    private int _start, _end;

    /// <summary>Begins.</summary>
    /// <param name="stream">The caller's stream, 1 or 2.</param>
    /// <param name="inside">The end of the pipe that the process gets; the caller owns it.</param>
    public StreamOutput(int stream, out FileHandle inside)
    {
        var pipe = new Pipe();
        inside = pipe.Writer;
        Stream = stream;
        _reader = pipe.Reader;
        _target = new CallerFile(stream, Files.O_WRONLY);
        StreamPipe.NeverWait(_reader.Fd, Files.O_RDONLY);
        StreamPipe.Resize(_reader.Fd, StreamPipe.Size);
    }

    /// <summary>The caller's stream.</summary>
    public int Stream { get; }

    /// <summary>Why the caller's stream took nothing more; 0 while it does, and when nobody read it any more.</summary>
    public int Errno { get; private set; }

    /// <summary>How many bytes came.</summary>
    public long Taken { get; private set; }

    /// <summary>How many bytes are in the pipe.</summary>
    public int Waiting => IsOpen ? StreamPipe.Waiting(_reader.Fd) : 0;

    /// <summary>Whether something that was taken is not written yet.</summary>
    public bool IsPending => _start < _end;

    /// <summary>Whether somebody inside can write still.</summary>
    public bool IsOpen => _reader.Fd >= 0;

    /// <summary>What to wait for.</summary>
    public void Watch(out PollEntry source, out PollEntry target)
    {
        source = new PollEntry { Fd = IsPending ? -1 : _reader.Fd, Events = PollEntry.In };
        // Without events it tells only that nobody reads it any more.
        target = new PollEntry { Fd = IsPending || IsOpen ? _target.Fd : -1, Events = IsPending ? Poll.Out : (short)0 };
    }

    /// <summary>Does what can be done.</summary>
    /// <returns>Whether bytes came or went.</returns>
    public bool Serve(short source, short target)
    {
        if (IsPending)
            return target != 0 && WriteOut();
        // As without us: the next write inside is a SIGPIPE.
        if ((target & Broken) != 0)
            Close();
        return source != 0 && IsOpen && Take();
    }

    private bool Take()
    {
        if (_bytes.Length == 0)
            _bytes = GC.AllocateUninitializedArray<byte>(StreamPipe.Size);
        nint count = Files.read(_reader.Fd, _bytes);
        if (count is -Kernel.Errno.EAGAIN or -Kernel.Errno.EINTR)
            return false;
        if (count <= 0)
        {
            Close();
            return false;
        }
        (_start, _end) = (0, (int)count);
        Taken += count;
        WriteOut();
        return true;
    }

    private bool WriteOut()
    {
        nint count = _target.Write(_bytes.AsSpan(_start, _end - _start));
        if (count is -Kernel.Errno.EAGAIN or -Kernel.Errno.EINTR)
            return false;
        if (count < 0)
        {
            // EIO: a terminal that was hung up.
            Errno = count is -Kernel.Errno.EPIPE or -Kernel.Errno.EIO or -Kernel.Errno.ECONNRESET ? 0 : (int)-count;
            _start = _end = 0;
            Close();
            return false;
        }
        _start += (int)count;
        if (!IsPending && !IsOpen)
            Close();
        return true;
    }

    /// <summary>Takes nothing more; what was taken is written still.</summary>
    public void Close()
    {
        _reader.Dispose();
        if (IsPending)
            return;
        _target.Dispose();
        // Who reads it learns of the end now; standard error stays for what the runtime has to say itself.
        if (Stream == Output)
            StreamPipe.Release(Stream);
    }

    /// <summary>Closes what is open.</summary>
    public void Dispose()
    {
        _reader.Dispose();
        _target.Dispose();
    }
}
