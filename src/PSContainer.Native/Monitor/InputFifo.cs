using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Monitor;

/// <summary>
/// The FIFO <c>stdin</c> of the state directory: whoever writes to it writes to the container. The monitor holds a writing
/// end, so that the container sees no end of file between two writers, until it is told to let go.
/// </summary>
internal unsafe struct InputFifo
{
    /// <summary>Asks the monitor to end the container's input. Real-time signals below 40 belong to C libraries.</summary>
    public const int CloseSignal = 40;

    private const int S_IFIFO = 0x1000;

    private int _directory;
    private int _writer;

    /// <summary>The reading end, or -1.</summary>
    public int Reader;

    /// <summary>
    /// The pipe through which the input goes inside, or -1: a FIFO of the host's, which has an owner and a mode, stays outside.
    /// </summary>
    public int Sink;

    /// <summary>Whether the pipe must be read inside before more is taken.</summary>
    public bool IsSinkFull;

    /// <summary>Begins without a FIFO.</summary>
    public void Initialize(int directory)
    {
        _directory = directory;
        _writer = Reader = Sink = -1;
        IsSinkFull = false;
    }

    /// <summary>Makes and opens the FIFO.</summary>
    /// <returns>0 or a negated error number.</returns>
    public nint Make()
    {
        StateFile.Remove(_directory, "stdin"u8);
        nint result;
        fixed (byte* name = "stdin"u8)
            result = Raw.Call(SyscallNumber.mknodat, _directory, (nint)name, S_IFIFO | 0x180);
        if (result != 0)
            return result;
        Reader = Raw.Open(_directory, "stdin"u8, Files.O_RDONLY | Files.O_NONBLOCK | Files.O_CLOEXEC);
        if (Reader < 0)
            return Reader;
        _writer = Raw.Open(_directory, "stdin"u8, Files.O_WRONLY | Files.O_CLOEXEC);
        return _writer < 0 ? _writer : 0;
    }

    /// <summary>Moves what is there to the pipe, without copying or waiting, splice(2).</summary>
    public void Pump()
    {
        const int Most = 1 << 16, NonBlocking = 2;
        nint moved = Raw.Retry(SyscallNumber.splice, Reader, 0, Sink, 0, Most, NonBlocking);
        IsSinkFull = moved == -Errno.EAGAIN;
        if (moved is <= 0 and not -Errno.EAGAIN)
            CloseReader();
    }

    /// <summary>
    /// Closes the reading end, since nobody inside reads any more: a writer must learn that, and the container of the end.
    /// </summary>
    public void CloseReader()
    {
        Raw.Close(Reader);
        Raw.Close(Sink);
        Reader = Sink = -1;
        IsSinkFull = false;
    }

    /// <summary>Ends the input once the writers of this moment are done.</summary>
    public void End()
    {
        if (_writer < 0)
            return;
        StateFile.Remove(_directory, "stdin"u8);
        Raw.Close(_writer);
        _writer = -1;
    }
}
