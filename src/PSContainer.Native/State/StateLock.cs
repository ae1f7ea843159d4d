using PSContainer.Kernel;

namespace PSContainer.State;

/// <summary>A container's lock, held for one transition of its life, flock(2).</summary>
public sealed class StateLock : IDisposable
{
    private const int LOCK_UN = 8;
    private readonly FileHandle _file;

    internal StateLock(FileHandle file) => _file = file;

    /// <summary>The descriptor, for a cloned child to close: it has the same open file, and would hold on to the lock.</summary>
    internal int Fd => _file.Fd;

    /// <summary>Lets go of it: unlocked and not only closed, so that no copy of the descriptor matters.</summary>
    public void Dispose()
    {
        if (_file.Fd >= 0)
            Syscall.Call(SyscallNumber.flock, _file.Fd, LOCK_UN);
        _file.Dispose();
    }
}
