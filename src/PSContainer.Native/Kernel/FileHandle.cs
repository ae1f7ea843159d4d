namespace PSContainer.Kernel;

/// <summary>Owns a file descriptor from the line where it is opened. Not a SafeHandle: nothing is closed by a finalizer.</summary>
public sealed class FileHandle(int fd) : IDisposable
{
    /// <summary>The descriptor, or -1 once it is closed or given away.</summary>
    public int Fd { get; private set; } = fd;

    /// <summary>Gives the descriptor away: the caller closes it.</summary>
    public int Release()
    {
        int fd = Fd;
        Fd = -1;
        return fd;
    }

    /// <summary>Closes the descriptor, close(2).</summary>
    public void Dispose()
    {
        if (Fd >= 0)
            Syscall.Call(SyscallNumber.close, Release());
    }
}
