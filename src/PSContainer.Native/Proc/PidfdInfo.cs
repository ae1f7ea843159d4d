using System.Buffers.Binary;
using PSContainer.Kernel;

namespace PSContainer.Proc;

/// <summary>
/// How a process ended, asked of its descriptor after another process took its end (Linux 6.15, PIDFD_GET_INFO).
/// </summary>
internal static unsafe class PidfdInfo
{
    private const int PIDFD_GET_INFO = unchecked((int)0xC040FF0B);
    private const int Size = 64, ExitCodeAt = 60;
    private const ulong PIDFD_INFO_EXIT = 8;

    /// <summary>The wait status.</summary>
    /// <returns>How it ended, or <see langword="null"/> when it lives, nobody took its end yet, or the kernel is older.</returns>
    internal static ProcessExit? ExitOf(int pidFd)
    {
        Span<byte> info = stackalloc byte[Size];
        info.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(info, PIDFD_INFO_EXIT);
        fixed (byte* memory = info)
        {
            if (Syscall.Call(SyscallNumber.ioctl, pidFd, PIDFD_GET_INFO, (nint)memory) < 0)
                return null;
        }
        if ((BinaryPrimitives.ReadUInt64LittleEndian(info) & PIDFD_INFO_EXIT) == 0)
            return null;
        int status = BinaryPrimitives.ReadInt32LittleEndian(info[ExitCodeAt..]);
        int signal = status & 0x7F;
        return signal != 0 ? new(0, signal) : new((status >> 8) & 0xFF, 0);
    }
}
