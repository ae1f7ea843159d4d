using PSContainer.Kernel;

namespace PSContainer.Programs;

/// <summary>Other descriptors in the place of this process's standard streams, until it is disposed of.</summary>
internal sealed class LentStreams : IDisposable
{
    private const int DuplicateCloseOnExec = 1030, Lowest = 64;
    private readonly FileHandle?[] _own;

    /// <summary>Puts them there.</summary>
    /// <param name="streams">What becomes 0 to 2; -1 stays as it is.</param>
    public LentStreams(IReadOnlyList<int> streams)
    {
        _own = new FileHandle?[streams.Count];
        for (int stream = 0; stream < streams.Count; stream++)
        {
            if (streams[stream] < 0)
                continue;
            nint kept = Syscall.Call(SyscallNumber.fcntl, stream, DuplicateCloseOnExec, Lowest);
            _own[stream] = new FileHandle((int)Syscall.Check(kept, "fcntl"));
            Syscall.Call(SyscallNumber.dup3, streams[stream], stream, 0);
        }
    }

    /// <summary>Puts the streams back.</summary>
    public void Dispose()
    {
        for (int stream = 0; stream < _own.Length; stream++)
        {
            if (_own[stream] is not { Fd: >= 0 } own)
                continue;
            Syscall.Call(SyscallNumber.dup3, own.Fd, stream, 0);
            own.Dispose();
        }
    }
}
