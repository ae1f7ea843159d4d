using System.Runtime.CompilerServices;
using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Monitor;

/// <summary>Waits for everything a monitor has to do with, one descriptor a role.</summary>
[SkipLocalsInit]
internal static unsafe class EventLoop
{
    private const short POLLIN = 1, POLLOUT = 4;
    private const int Roles = 12;

    // How long output may come after the init's end, from a process that outlived it without its own PID namespace.
    private const long QuietAfterEnd = 50_000_000, LongestAfterEnd = 1_000_000_000;

    private struct PollEntry
    {
        public int Fd;
        public short Wanted;
        public short Got;
    }

    /// <summary>Serves until the runtime has ended, and finds the container's init.</summary>
    /// <returns>False when there is no container, which has been reported.</returns>
    public static bool AwaitRuntime(MonitorContext* monitor)
    {
        ProcessEnd end;
        RuntimeEnd.StartTimer(monitor, monitor->Arguments.Timeout);
        while (!Processes.TryTake(monitor->RuntimePidFd, out end))
            Serve(monitor, null);
        return RuntimeEnd.Take(monitor, end);
    }

    /// <summary>Serves until the container's init has ended.</summary>
    public static void AwaitInit(MonitorContext* monitor)
    {
        RuntimeEnd.ForwardPending(monitor);
        while (!monitor->InitEnded)
            Serve(monitor, null);
    }

    /// <summary>Takes the output that is still on its way.</summary>
    public static void Drain(MonitorContext* monitor)
    {
        KernelTime begin = Clock.Now(Clock.Monotonic);
        while (monitor->Output.Fd >= 0 || monitor->Error.Fd >= 0 || monitor->Terminal.Fd >= 0)
        {
            KernelTime patience = default;
            patience.Nanoseconds = QuietAfterEnd;
            if (!Serve(monitor, &patience))
                return;
            KernelTime now = Clock.Now(Clock.Monotonic);
            if ((now.Seconds - begin.Seconds) * 1_000_000_000 + now.Nanoseconds - begin.Nanoseconds > LongestAfterEnd)
                return;
        }
    }

    /// <summary>Serves until nobody can write any more.</summary>
    public static void AwaitOutput(MonitorContext* monitor)
    {
        while (monitor->Output.Fd >= 0 || monitor->Error.Fd >= 0)
            Serve(monitor, null);
    }

    private static bool Serve(MonitorContext* monitor, KernelTime* patience)
    {
        PollEntry* entries = stackalloc PollEntry[Roles];
        Set(entries, 0, monitor->SignalFd, POLLIN);
        Set(entries, 1, monitor->RuntimePidFd, POLLIN);
        Set(entries, 2, monitor->InitEnded ? -1 : monitor->InitPidFd, POLLIN);
        Set(entries, 3, monitor->Output.Fd, POLLIN);
        Set(entries, 4, monitor->Error.Fd, POLLIN);
        Set(entries, 5, monitor->Terminal.Fd, monitor->TerminalLink.HasInput ? (short)(POLLIN | POLLOUT) : POLLIN);
        Set(entries, 6, monitor->SessionEnded ? -1 : monitor->Arguments.SessionFd, POLLIN);
        Set(entries, 7, monitor->TimerFd, POLLIN);
        Set(entries, 8, monitor->TerminalLink.Socket, POLLIN);
        Set(entries, 9, TakesInput(monitor) ? monitor->Input.Reader : -1, POLLIN);
        Set(entries, 10, monitor->Input.Sink, monitor->Input.IsSinkFull ? POLLOUT : (short)0);
        // Nothing is awaited there but the end of whoever reads it.
        Set(entries, 11, monitor->RuntimePidFd >= 0 && !monitor->CallerEnded ? monitor->Arguments.SyncFd : -1, 0);
        nint ready = Raw.Retry(SyscallNumber.ppoll, (nint)entries, Roles, (nint)patience);
        if (ready <= 0)
            return false;
        ServeOutput(monitor, entries);
        ServeTerminal(monitor, entries);
        ServeInput(monitor, entries);
        ServeEnds(monitor, entries);
        monitor->Log.Flush();
        return true;
    }

    private static void Set(PollEntry* entries, int role, int fd, short wanted)
    {
        entries[role].Fd = fd;
        entries[role].Wanted = wanted;
        entries[role].Got = 0;
    }

    private static void ServeOutput(MonitorContext* monitor, PollEntry* entries)
    {
        if (entries[3].Got != 0)
            monitor->Output.Pump(&monitor->Log);
        if (entries[4].Got != 0)
            monitor->Error.Pump(&monitor->Log);
        if ((entries[5].Got & ~POLLOUT) != 0)
            monitor->Terminal.Pump(&monitor->Log);
    }

    private static void ServeTerminal(MonitorContext* monitor, PollEntry* entries)
    {
        if (entries[8].Got != 0 && monitor->TerminalLink.Advance() is >= 0 and var master)
        {
            monitor->Terminal.Fd = master;
            monitor->Terminal.IsTerminal = true;
        }
        if (monitor->Input.Sink < 0 && entries[9].Got != 0 && !monitor->TerminalLink.ReadInput(monitor->Input.Reader))
            monitor->Input.CloseReader();
        if (monitor->TerminalLink.HasInput && monitor->Terminal.Fd >= 0)
            monitor->TerminalLink.WriteInput(monitor->Terminal.Fd);
    }

    private static bool TakesInput(MonitorContext* monitor) =>
        monitor->Input.Sink >= 0 ? !monitor->Input.IsSinkFull : monitor->Terminal.Fd >= 0 && !monitor->TerminalLink.HasInput;

    private static void ServeInput(MonitorContext* monitor, PollEntry* entries)
    {
        if (monitor->Input.Sink < 0)
            return;
        if ((entries[10].Got & ~POLLOUT) != 0)
            monitor->Input.CloseReader();
        else if (entries[9].Got != 0 || entries[10].Got != 0)
            monitor->Input.Pump();
    }

    private static void ServeEnds(MonitorContext* monitor, PollEntry* entries)
    {
        if (entries[2].Got != 0)
            TakeInit(monitor);
        if (entries[6].Got != 0 && IsOver(monitor->Arguments.SessionFd))
        {
            monitor->SessionEnded = true;
            Kill(monitor);
            RuntimeEnd.GiveUp(monitor);
        }
        if (entries[7].Got != 0)
            ServeTimer(monitor);
        if (entries[11].Got != 0)
        {
            monitor->CallerEnded = true;
            RuntimeEnd.GiveUp(monitor);
        }
        if (entries[0].Got != 0)
            ServeSignals(monitor);
    }

    private static void ServeTimer(MonitorContext* monitor)
    {
        Raw.Close(monitor->TimerFd);
        monitor->TimerFd = -1;
        if (monitor->RuntimePidFd >= 0 && monitor->GivesUp)
        {
            Signals.Send(monitor->RuntimePidFd, Signals.SIGKILL);
            return;
        }
        monitor->TimedOut = true;
        Kill(monitor);
        RuntimeEnd.GiveUp(monitor);
    }

    private static bool IsOver(int session)
    {
        byte* ignored = stackalloc byte[64];
        return Raw.Read(session, ignored, 64) is <= 0 and not -Errno.EAGAIN;
    }

    private static void TakeInit(MonitorContext* monitor)
    {
        if (!Processes.TryTake(monitor->InitPidFd, out monitor->InitEnd))
            monitor->InitEnd.Code = ExitFile.Unknown;
        // Before anyone can be told of the end and remove the cgroup that counts.
        monitor->OutOfMemory = ExitFile.WasOutOfMemory(monitor->Directory, monitor->InitEnd);
        monitor->InitEnded = true;
    }

    private static void ServeSignals(MonitorContext* monitor)
    {
        int signal;
        while ((signal = Signals.Next(monitor->SignalFd)) != 0)
        {
            if (signal == Signals.SIGCHLD)
                RuntimeEnd.TakeStrays(monitor);
            else if (signal == InputFifo.CloseSignal)
                monitor->Input.End();
            else if (IsForwarded(signal))
                RuntimeEnd.Forward(monitor, signal);
            if (signal is Signals.SIGHUP or Signals.SIGINT or Signals.SIGQUIT or Signals.SIGTERM)
                RuntimeEnd.GiveUp(monitor);
        }
    }

    private static bool IsForwarded(int signal) =>
        signal is Signals.SIGHUP or Signals.SIGINT or Signals.SIGQUIT or Signals.SIGTERM or Signals.SIGUSR1 or Signals.SIGUSR2;

    private static void Kill(MonitorContext* monitor)
    {
        if (monitor->InitPidFd >= 0 && !monitor->InitEnded)
            Signals.Send(monitor->InitPidFd, Signals.SIGKILL);
    }
}
