namespace PSContainer.Kernel;

/// <summary>How a process ended, waitid(2).</summary>
/// <param name="ExitCode">What it gave to exit(2); 0 when a signal ended it.</param>
/// <param name="Signal">The signal that ended it, or 0.</param>
public readonly record struct ProcessExit(int ExitCode, int Signal)
{
    /// <summary>The code a shell reports: 128 and the signal's number when a signal ended it.</summary>
    public int ShellCode => Signal != 0 ? 128 + Signal : ExitCode;
}

/// <summary>A process by descriptor: it cannot be mistaken for another that got its pid, pidfd_open(2).</summary>
public static unsafe class Pidfd
{
    private const int P_PIDFD = 3, WNOHANG = 1, WEXITED = 4, WALL = 0x40000000, CLD_EXITED = 1;

    /// <summary>Opens a process.</summary>
    /// <returns>The process, or <see langword="null"/> when it is gone.</returns>
    /// <exception cref="ContainerException">The kernel refused for another reason.</exception>
    public static FileHandle? Open(int pid)
    {
        nint fd = Syscall.Call(SyscallNumber.pidfd_open, pid);
        // Before Linux 6.9 a number that is still a group's or a session's, and no process's any more, is EINVAL.
        bool isGone = fd == -Errno.ESRCH || (fd == -Errno.EINVAL && pid > 0);
        return isGone ? null : new FileHandle((int)Syscall.Check(fd, "pidfd_open", $"{pid}"));
    }

    /// <summary>Ends a child of this process at once, and takes its exit code away, so that nothing of it is left.</summary>
    /// <remarks>One in a frozen cgroup of v1, or that waits for a device, ends later, and nobody waits for that.</remarks>
    /// <exception cref="ContainerException">The kernel refused.</exception>
    public static void KillAndWait(int pidFd)
    {
        const int SIGKILL = 9, Patience = 10_000;
        SendSignal(pidFd, SIGKILL);
        if (WaitForEnd(pidFd, Patience))
            Wait(pidFd);
    }

    /// <summary>Sends a signal, pidfd_send_signal(2).</summary>
    /// <returns>Whether there was a process to get it.</returns>
    /// <exception cref="ContainerException">The kernel refused for another reason.</exception>
    public static bool SendSignal(int pidFd, int signal)
    {
        nint result = Syscall.Call(SyscallNumber.pidfd_send_signal, pidFd, signal);
        if (result == -Errno.ESRCH)
            return false;
        Syscall.Check(result, "pidfd_send_signal", $"signal {signal}");
        return true;
    }

    /// <summary>Waits for the end of a child of this process and takes it.</summary>
    /// <returns>How it ended, or <see langword="null"/> when it is no child of this process, or was awaited already.</returns>
    public static ProcessExit? Wait(int pidFd) => WaitFor(pidFd, WEXITED | WALL);

    /// <summary>Takes the end of a child that has ended.</summary>
    /// <returns>How it ended, or <see langword="null"/> when it has not, or is no child of this process.</returns>
    public static ProcessExit? TryTake(int pidFd) => WaitFor(pidFd, WEXITED | WNOHANG | WALL);

    /// <summary>Waits until a process has ended, child or not, poll(2).</summary>
    /// <param name="pidFd">The process.</param>
    /// <param name="milliseconds">How long at most; -1 for ever.</param>
    /// <returns>Whether it has ended.</returns>
    public static bool WaitForEnd(int pidFd, int milliseconds)
    {
        PollEntry entry = new() { Fd = pidFd, Events = PollEntry.In };
        return Poll.Wait(new Span<PollEntry>(ref entry), milliseconds) > 0;
    }

    private static ProcessExit? WaitFor(int pidFd, int options)
    {
        // siginfo_t: si_code at 8, si_pid at 16, si_status at 24.
        int* information = stackalloc int[32];
        information[4] = 0;
        nint result;
        do
            result = Syscall.Call(SyscallNumber.waitid, P_PIDFD, pidFd, (nint)information, options);
        while (result == -Errno.EINTR);
        if (result < 0 || information[4] == 0)
            return null;
        return information[2] == CLD_EXITED ? new ProcessExit(information[6], 0) : new ProcessExit(0, information[6] & 0x7F);
    }
}

/// <summary>struct pollfd, poll(2).</summary>
public struct PollEntry
{
    /// <summary>POLLIN.</summary>
    public const short In = 1;

    /// <summary>POLLHUP.</summary>
    public const short Hangup = 0x10;

    /// <summary>What is watched.</summary>
    public int Fd;

    /// <summary>What is waited for.</summary>
    public short Events;

    /// <summary>What happened.</summary>
    public short Returned;
}
