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
    private const int F_SETFL = 4;

    private int _directory;
    private int _writer;

    /// <summary>The reading end, or -1.</summary>
    public int Reader;

    /// <summary>Begins without a FIFO.</summary>
    public void Initialize(int directory)
    {
        _directory = directory;
        _writer = Reader = -1;
    }

    /// <summary>Makes and opens the FIFO.</summary>
    /// <param name="blocks">Whether the reader waits for input, as a process expects of its standard input.</param>
    /// <returns>0 or a negated error number.</returns>
    public nint Make(bool blocks)
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
        if (_writer < 0)
            return _writer;
        return blocks ? Raw.Call(SyscallNumber.fcntl, Reader, F_SETFL, 0) : 0;
    }

    /// <summary>Closes the reading end: the container has it now, and a writer must learn when the container closes it.</summary>
    public void CloseReader()
    {
        Raw.Close(Reader);
        Reader = -1;
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
