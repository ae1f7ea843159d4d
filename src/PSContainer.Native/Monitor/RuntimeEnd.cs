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
            if (monitor->TimedOut)
                SyncReport.TimedOut(sync);
            SyncReport.RuntimeFailed(sync, end.ShellCode, &monitor->Log);
            return false;
        }
        nint result = FindInit(monitor);
        if (result < 0)
        {
            SyncReport.Failure(sync, "FindInit"u8, "pidfd_open"u8, result, monitor->Arguments.PidFile);
            return false;
        }
        // It counts the runtime's time to give up, which that did not need.
        if (monitor->GivesUp)
        {
            Raw.Close(monitor->TimerFd);
            monitor->TimerFd = -1;
        }
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
        if (monitor->SessionEnded || monitor->TimedOut || monitor->CallerEnded)
            Signals.Send(monitor->InitPidFd, Signals.SIGKILL);
        TakeStrays(monitor);
    }

    /// <summary>Has the runtime undo what it is at, while it is at work; it is ended when it does not.</summary>
    public static void GiveUp(MonitorContext* monitor)
    {
        // More than the runtime's own steps of undoing may take.
        const long Patience = 30;
        if (monitor->RuntimePidFd < 0 || monitor->GivesUp)
            return;
        monitor->GivesUp = true;
        Signals.Send(monitor->RuntimePidFd, Signals.SIGTERM);
        Raw.Close(monitor->TimerFd);
        StartTimer(monitor, Patience);
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

    /// <summary>Begins to count the time of the container, or of the runtime that gives up.</summary>
    public static void StartTimer(MonitorContext* monitor, long seconds)
    {
        const int TFD_CLOEXEC = 0x80000;
        if (seconds == 0)
            return;
        // struct itimerspec: the interval, then the first end, each in seconds and nanoseconds.
        long* timer = stackalloc long[4];
        timer[0] = timer[1] = timer[3] = 0;
        timer[2] = seconds;
        monitor->TimerFd = (int)Raw.Call(SyscallNumber.timerfd_create, Clock.Monotonic, TFD_CLOEXEC);
        Raw.Call(SyscallNumber.timerfd_settime, monitor->TimerFd, 0, (nint)timer);
    }
}
