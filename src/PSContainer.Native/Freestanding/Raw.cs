using System.Runtime.InteropServices;
using PSContainer.Kernel;

namespace PSContainer.Freestanding;

/// <summary>
/// The way into the kernel for code without a .NET runtime: the child half after clone3, the monitor, the container's init.
/// </summary>
/// <remarks>
/// No transition, no managed state, no allocation: a call is safe in a process whose .NET runtime was never started and in
/// the only thread of a cloned one. Ordinary managed code uses <see cref="Syscall"/>: a thread that blocks here would hold
/// up the garbage collector for as long as it blocks.
/// </remarks>
internal static unsafe class Raw
{
    [DllImport("libc", EntryPoint = "syscall"), SuppressGCTransition]
    private static extern nint Invoke(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    [DllImport("libc", EntryPoint = "__errno_location"), SuppressGCTransition]
    private static extern int* ErrnoLocation();

    /// <summary>Makes a system call.</summary>
    /// <returns>The result, or the negated error number.</returns>
    public static nint Call(nint number, nint a = 0, nint b = 0, nint c = 0, nint d = 0, nint e = 0, nint f = 0)
    {
        nint result = Invoke(number, a, b, c, d, e, f);
        return result == -1 ? -*ErrnoLocation() : result;
    }

    /// <summary>Makes a system call again for as long as a signal interrupts it.</summary>
    public static nint Retry(nint number, nint a = 0, nint b = 0, nint c = 0, nint d = 0, nint e = 0, nint f = 0)
    {
        // More often than signals interrupt anything: a filter can answer EINTR too, and does so for ever.
        const int MostOften = 1 << 16;
        nint result = -Errno.EINTR;
        for (int turn = 0; turn < MostOften && result == -Errno.EINTR; turn++)
            result = Call(number, a, b, c, d, e, f);
        return result;
    }

    /// <summary>read(2); an interrupted read begins again.</summary>
    public static nint Read(int fd, byte* buffer, nint size) => Retry(SyscallNumber.read, fd, (nint)buffer, size);

    /// <summary>Writes all of a buffer, write(2).</summary>
    /// <returns>0, or the negated error number of the write that failed.</returns>
    public static nint WriteAll(int fd, byte* buffer, nint size)
    {
        while (size > 0)
        {
            nint written = Retry(SyscallNumber.write, fd, (nint)buffer, size);
            if (written <= 0)
                return written == 0 ? -Errno.EIO : written;
            buffer += written;
            size -= written;
        }
        return 0;
    }

    /// <summary>openat(2); <c>O_CLOEXEC</c> is the caller's to give.</summary>
    public static int Open(int directory, byte* path, int flags, int mode = 0) =>
        (int)Retry(SyscallNumber.openat, directory, (nint)path, flags, mode);

    /// <summary>Opens a path that the program holds as a literal.</summary>
    /// <param name="directory">A directory's descriptor or <see cref="AtFdCwd"/>.</param>
    /// <param name="path">A literal that ends in a zero byte (every <c>u8</c> literal does, after its last byte).</param>
    /// <param name="flags">The flags of open(2).</param>
    /// <param name="mode">The mode of a new file.</param>
    public static int Open(int directory, ReadOnlySpan<byte> path, int flags, int mode = 0)
    {
        fixed (byte* start = path)
            return Open(directory, start, flags, mode);
    }

    /// <summary>close(2). Never repeated: on Linux the descriptor is gone even when the call was interrupted.</summary>
    public static void Close(int fd)
    {
        if (fd >= 0)
            Call(SyscallNumber.close, fd);
    }

    /// <summary>Ends the process, exit_group(2). Does not return.</summary>
    /// <remarks>
    /// A filter can refuse both ways out. What is left then is a fault: no filter is asked, and its signal ends a PID 1 too,
    /// also where it is blocked or ignored.
    /// </remarks>
    public static void Exit(int code)
    {
        byte* nowhere = null;
        while (true)
        {
            Call(SyscallNumber.exit_group, code);
            Call(SyscallNumber.exit, code);
            System.Runtime.CompilerServices.Unsafe.WriteUnaligned(nowhere, (byte)code);
        }
    }

    /// <summary>The current directory in place of a directory's descriptor.</summary>
    public const int AtFdCwd = -100;
}
