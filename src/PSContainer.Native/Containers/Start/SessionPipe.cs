using PSContainer.Kernel;

namespace PSContainer.Containers.Start;

/// <summary>
/// A pipe whose writing end this process keeps for as long as it lives: when it ends, however it ends, monitors of containers
/// that are bound to it read the end of the file.
/// </summary>
internal static unsafe class SessionPipe
{
    private static readonly Lazy<int> Reading = new(Make);

    /// <summary>The reading end.</summary>
    internal static int Reader => Reading.Value;

    private static int Make()
    {
        const int O_CLOEXEC = 0x80000;
        int* ends = stackalloc int[2];
        Syscall.Check(Syscall.Call(SyscallNumber.pipe2, (nint)ends, O_CLOEXEC), "pipe2");
        return ends[0];
    }
}
