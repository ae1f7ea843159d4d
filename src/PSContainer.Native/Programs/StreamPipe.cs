using PSContainer.Kernel;

namespace PSContainer.Programs;

/// <summary>The pipe that a process inside has in the place of a stream of the caller's.</summary>
internal static unsafe class StreamPipe
{
    /// <summary>The bytes that are copied at a time, and that such a pipe holds where the kernel lets it.</summary>
    public const int Size = 256 << 10;

    private const int SetStatusFlags = 4, SetPipeSize = 1031, BytesToRead = 0x541B;

    /// <summary>Gives a pipe its size; where a user's pipes are too many already, it keeps what it has.</summary>
    public static void Resize(int fd, int size) => Syscall.Call(SyscallNumber.fcntl, fd, SetPipeSize, size);

    /// <summary>Has our end never wait; the other end, inside, is a description of its own.</summary>
    public static void NeverWait(int fd, int access) =>
        Syscall.Call(SyscallNumber.fcntl, fd, SetStatusFlags, access | Files.O_NONBLOCK);

    /// <summary>How many bytes are in a pipe.</summary>
    public static int Waiting(int fd)
    {
        int count = 0;
        return Syscall.Call(SyscallNumber.ioctl, fd, BytesToRead, (nint)(&count)) < 0 ? 0 : count;
    }

    /// <summary>Puts the null device in the place of a stream of this process, which holds up nobody then.</summary>
    public static void Release(int stream)
    {
        nint nothing = Files.openat(Files.AT_FDCWD, "/dev/null", Files.O_RDWR | Files.O_CLOEXEC);
        if (nothing < 0)
            return;
        Syscall.Call(SyscallNumber.dup3, nothing, stream, 0);
        Syscall.Call(SyscallNumber.close, nothing);
    }
}
