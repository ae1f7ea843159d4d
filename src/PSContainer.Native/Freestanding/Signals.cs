using System.Runtime.CompilerServices;
using PSContainer.Kernel;

namespace PSContainer.Freestanding;

/// <summary>Signal dispositions and masks for code without a .NET runtime, signal(7).</summary>
[SkipLocalsInit]
internal static unsafe class Signals
{
    public const int SIGHUP = 1;
    public const int SIGINT = 2;
    public const int SIGQUIT = 3;
    public const int SIGKILL = 9;
    public const int SIGUSR1 = 10;
    public const int SIGUSR2 = 12;
    public const int SIGPIPE = 13;
    public const int SIGTERM = 15;
    public const int SIGCHLD = 17;
    public const int SIGSTOP = 19;
    public const int SIGTTIN = 21;
    public const int SIGTTOU = 22;
    public const int SIGXFSZ = 25;

    /// <summary>The number of signals of the kernel, real-time ones too.</summary>
    public const int Count = 64;

    private const int SIG_SETMASK = 2;
    private const int SFD_NONBLOCK = 0x800;
    private const int SFD_CLOEXEC = 0x80000;

    /// <summary>The size of one record of a signalfd, signalfd(2).</summary>
    public const int RecordSize = 128;

    // The kernel's struct sigaction, which is not libc's.
    private struct KernelAction
    {
        public nint Handler;
        public nuint Flags;
        public nint Restorer;
        public ulong Mask;
    }

    /// <summary>The bit of a signal in a set.</summary>
    public static ulong Bit(int signal) => 1UL << (signal - 1);

    /// <summary>Gives a signal its default action.</summary>
    public static void SetDefault(int signal)
    {
        KernelAction action = default;
        Raw.Call(SyscallNumber.rt_sigaction, signal, (nint)(&action), 0, sizeof(ulong));
    }

    /// <summary>Has a signal ignored.</summary>
    public static void Ignore(int signal)
    {
        KernelAction action = default;
        action.Handler = 1;
        Raw.Call(SyscallNumber.rt_sigaction, signal, (nint)(&action), 0, sizeof(ulong));
    }

    /// <summary>Gives every signal its default action: what is ignored stays so across execve(2).</summary>
    public static void SetAllDefault()
    {
        for (int signal = 1; signal <= Count; signal++)
            SetDefault(signal);
    }

    /// <summary>Makes a set the mask of blocked signals.</summary>
    public static void SetMask(ulong blocked) =>
        Raw.Call(SyscallNumber.rt_sigprocmask, SIG_SETMASK, (nint)(&blocked), 0, sizeof(ulong));

    /// <summary>Blocks every signal and opens a descriptor that reads them, close-on-exec and non-blocking.</summary>
    /// <returns>The descriptor or a negated error number.</returns>
    public static int OpenForAll()
    {
        ulong all = ~0UL;
        SetMask(all);
        return (int)Raw.Call(SyscallNumber.signalfd4, -1, (nint)(&all), sizeof(ulong), SFD_NONBLOCK | SFD_CLOEXEC);
    }

    /// <summary>Takes the next pending signal.</summary>
    /// <returns>Its number, or 0 when there is none.</returns>
    public static int Next(int signalFd)
    {
        byte* record = stackalloc byte[RecordSize];
        return Raw.Read(signalFd, record, RecordSize) == RecordSize ? *(int*)record : 0;
    }

    /// <summary>Sends a signal through a pidfd: a pid can have been reused, a pidfd cannot.</summary>
    public static nint Send(int pidFd, int signal) => Raw.Call(SyscallNumber.pidfd_send_signal, pidFd, signal);
}
