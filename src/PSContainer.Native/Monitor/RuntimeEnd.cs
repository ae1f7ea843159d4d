using System.Runtime.CompilerServices;
using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Monitor;

/// <summary>The moment the runtime has ended: a container to watch, or the reason why there is none.</summary>
[SkipLocalsInit]
internal static unsafe class RuntimeEnd
{
    /// <summary>Reports what the runtime made of the container.</summary>
    /// <returns>Whether there is a container.</returns>
    public static bool Take(MonitorContext* monitor, ProcessEnd end)
    {
        Raw.Close(monitor->RuntimePidFd);
        monitor->RuntimePidFd = -1;
        int sync = monitor->Arguments.SyncFd;
        if (end.ShellCode != 0)
        {
            FinishOutput(monitor);
            SyncReport.RuntimeFailed(sync, end.ShellCode, &monitor->Log);
            return false;
        }
        nint result = FindInit(monitor);
        if (result < 0)
        {
            SyncReport.Failure(sync, "FindInit"u8, "pidfd_open"u8, result, monitor->Arguments.PidFile);
            return false;
        }
        StartTimer(monitor);
        SyncReport.Success(sync, monitor->InitPid);
        Raw.Close(sync);
        return true;
    }

    /// <summary>Does what was asked of the monitor before there was an init to do it to.</summary>
    public static void ForwardPending(MonitorContext* monitor)
    {
        for (int signal = 1; signal <= Signals.Count; signal++)
        {
            if ((monitor->PendingSignals & Signals.Bit(signal)) != 0)
                Signals.Send(monitor->InitPidFd, signal);
        }
        if (monitor->SessionEnded)
            Signals.Send(monitor->InitPidFd, Signals.SIGKILL);
        TakeStrays(monitor);
    }

    /// <summary>Sends a signal to the init, now or when there is one.</summary>
    public static void Forward(MonitorContext* monitor, int signal)
    {
        if (monitor->InitPidFd < 0)
            monitor->PendingSignals |= Signals.Bit(signal);
        else
            Signals.Send(monitor->InitPidFd, signal);
    }

    /// <summary>Takes the ends of orphans that were given to the monitor.</summary>
    /// <remarks>
    /// Not before the init is held by a pidfd: until its end is taken its pid cannot be another process's.
    /// </remarks>
    public static void TakeStrays(MonitorContext* monitor)
    {
        if (monitor->InitPidFd < 0)
            return;
        while (Processes.PeekAny() is > 0 and var pid)
        {
            if (pid == monitor->InitPid && !monitor->InitEnded)
                return;
            Processes.TakeAny();
        }
    }

    private static void FinishOutput(MonitorContext* monitor)
    {
        while (monitor->Output.Fd >= 0 && monitor->Output.Pump(&monitor->Log))
            continue;
        while (monitor->Error.Fd >= 0 && monitor->Error.Pump(&monitor->Log))
            continue;
        monitor->Output.Finish(&monitor->Log);
        monitor->Error.Finish(&monitor->Log);
        monitor->Log.Flush();
    }

    private static nint FindInit(MonitorContext* monitor)
    {
        byte* text = stackalloc byte[32];
        nint length = StateFile.Read(monitor->Directory, monitor->Arguments.PidFile, text, 32);
        if (length < 0)
            return length;
        long pid = Bytes.ParseDecimal(text, out _);
        if (pid is <= 0 or > int.MaxValue)
            return -Errno.EINVAL;
        nint pidFd = Raw.Call(SyscallNumber.pidfd_open, (nint)pid, 0);
        if (pidFd < 0)
            return pidFd;
        monitor->InitPid = (int)pid;
        monitor->InitPidFd = (int)pidFd;
        return 0;
    }

    private static void StartTimer(MonitorContext* monitor)
    {
        const int TFD_CLOEXEC = 0x80000;
        if (monitor->Arguments.Timeout == 0)
            return;
        // struct itimerspec: the interval, then the first end, each in seconds and nanoseconds.
        long* timer = stackalloc long[4];
        timer[0] = timer[1] = timer[3] = 0;
        timer[2] = monitor->Arguments.Timeout;
        monitor->TimerFd = (int)Raw.Call(SyscallNumber.timerfd_create, Clock.Monotonic, TFD_CLOEXEC);
        Raw.Call(SyscallNumber.timerfd_settime, monitor->TimerFd, 0, (nint)timer);
    }
}
