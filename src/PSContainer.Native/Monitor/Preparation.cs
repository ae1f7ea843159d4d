namespace PSContainer.Monitor;

/// <summary>What must be there before the runtime starts, and its removal when the runtime fails.</summary>
internal static unsafe class Preparation
{
    /// <summary>Makes all of it.</summary>
    /// <returns>False when a step failed, which has been reported.</returns>
    public static bool Prepare(MonitorContext* monitor, byte* logBuffer)
    {
        monitor->RuntimePidFd = monitor->InitPidFd = monitor->TimerFd = monitor->Log.Fd = -1;
        monitor->TerminalLink.Initialize();
        monitor->Input.Initialize(monitor->Directory);
        int sync = monitor->Arguments.SyncFd;
        // The lock is let go by the kernel, whatever ends this process.
        nint result = monitor->Lock = StateFile.Lock(monitor->Directory);
        if (result < 0)
            return Fail(sync, "LockMonitor"u8, "flock"u8, result, monitor->DirectoryPath);
        result = monitor->Log.Open(monitor, logBuffer);
        if (result < 0)
            return Fail(sync, "OpenLog"u8, "openat"u8, result, monitor->DirectoryPath);
        if (monitor->Arguments.Terminal && (result = monitor->TerminalLink.Listen(monitor->Directory)) < 0)
            return Fail(sync, "MakeConsoleSocket"u8, "bind"u8, result, monitor->DirectoryPath);
        if (monitor->Arguments.Interactive && (result = monitor->Input.Make()) < 0)
            return Fail(sync, "MakeInputFifo"u8, "mknodat"u8, result, monitor->DirectoryPath);
        return true;
    }

    /// <summary>Leaves the state directory as it was before the monitor came.</summary>
    public static void Undo(MonitorContext* monitor)
    {
        // Without the lock everything there is another monitor's.
        if (monitor->Lock < 0)
            return;
        if (monitor->Log.Fd >= 0)
            monitor->Log.Discard();
        monitor->Input.End();
        if (monitor->Arguments.Terminal)
            StateFile.Remove(monitor->Directory, "console.sock"u8);
        StateFile.Remove(monitor->Directory, "monitor"u8);
    }

    private static bool Fail(int sync, ReadOnlySpan<byte> step, ReadOnlySpan<byte> call, nint error, byte* target)
    {
        SyncReport.Failure(sync, step, call, error, target);
        return false;
    }
}
