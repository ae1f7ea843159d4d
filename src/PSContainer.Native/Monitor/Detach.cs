using System.Runtime.CompilerServices;
using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Monitor;

/// <summary>How a monitor leaves whoever started it, and keeps nothing of his.</summary>
[SkipLocalsInit]
internal static unsafe class Detach
{
    private const int PR_SET_NAME = 15;
    private const int PR_SET_CHILD_SUBREAPER = 36;

    /// <summary>Opens the state directory and notes its absolute path.</summary>
    /// <returns>False when that failed, which has been reported.</returns>
    public static bool OpenStateDirectory(MonitorContext* monitor, int pathCapacity)
    {
        ref MonitorArguments arguments = ref monitor->Arguments;
        monitor->Directory = Raw.Open(
            Raw.AtFdCwd, arguments.StateDirectory, Files.O_RDONLY | Files.O_DIRECTORY | Files.O_CLOEXEC);
        if (monitor->Directory < 0)
        {
            SyncReport.Failure(
                arguments.SyncFd, "OpenStateDirectory"u8, "openat"u8, monitor->Directory, arguments.StateDirectory);
            return false;
        }
        byte* memory = stackalloc byte[64];
        TextBuffer link = new(memory, 64);
        link.Append("/proc/self/fd/"u8);
        link.Append(monitor->Directory);
        nint length = Raw.Call(
            SyscallNumber.readlinkat, Raw.AtFdCwd, (nint)link.Start, (nint)monitor->DirectoryPath, pathCapacity - 1);
        if (length < 0)
            SyncReport.Failure(arguments.SyncFd, "OpenStateDirectory"u8, "readlinkat"u8, length, link.Start);
        monitor->DirectoryPath[length < 0 ? 0 : length] = 0;
        return length >= 0;
    }

    /// <summary>Goes on in a process of its own session that nobody waits for.</summary>
    /// <returns>The exit code of a process that is done, or -1 in the monitor.</returns>
    public static int LeaveCaller(MonitorContext* monitor)
    {
        // Blocked before the process exists: nothing can end it between its making and its first poll.
        monitor->SignalFd = Signals.OpenForAll();
        int pid = monitor->SignalFd < 0 ? monitor->SignalFd : Processes.Fork(out _);
        if (pid < 0)
        {
            SyncReport.Failure(monitor->Arguments.SyncFd, "LeaveCaller"u8, "clone"u8, pid, null);
            return 1;
        }
        if (pid > 0)
            return 0;
        Raw.Call(SyscallNumber.setsid);
        Raw.Call(SyscallNumber.prctl, PR_SET_CHILD_SUBREAPER, 1);
        fixed (byte* name = "pscontainer-mon"u8)
            Raw.Call(SyscallNumber.prctl, PR_SET_NAME, (nint)name);
        CloseInherited(monitor);
        ReplaceStandardStreams();
        return -1;
    }

    /// <summary>Once the runtime is started: pins no directory, and is not what the kernel kills for memory first.</summary>
    public static void StandAside()
    {
        fixed (byte* root = "/"u8)
            Raw.Call(SyscallNumber.chdir, (nint)root);
        int score = Raw.Open(Raw.AtFdCwd, "/proc/self/oom_score_adj"u8, Files.O_WRONLY | Files.O_CLOEXEC);
        if (score < 0)
            return;
        // Refused to whoever may not lower it; the monitor is small enough to be passed over then too.
        fixed (byte* value = "-900"u8)
            Raw.WriteAll(score, value, 4);
        Raw.Close(score);
    }

    // A pipe that stayed open here would keep its reader waiting for as long as the container lives.
    private static void CloseInherited(MonitorContext* monitor)
    {
        int* kept = stackalloc int[5];
        kept[0] = monitor->Arguments.SyncFd;
        kept[1] = monitor->Arguments.SessionFd;
        kept[2] = monitor->Arguments.StdinFd;
        kept[3] = monitor->Directory;
        kept[4] = monitor->SignalFd;
        uint next = 3;
        while (true)
        {
            uint lowest = uint.MaxValue;
            for (int i = 0; i < 5; i++)
            {
                if (kept[i] >= 0 && (uint)kept[i] >= next && (uint)kept[i] < lowest)
                    lowest = (uint)kept[i];
            }
            if (lowest == uint.MaxValue)
                break;
            if (lowest > next)
                Raw.Call(SyscallNumber.close_range, (nint)next, (nint)(lowest - 1));
            next = lowest + 1;
        }
        Raw.Call(SyscallNumber.close_range, (nint)next, unchecked((nint)uint.MaxValue));
        SetCloseOnExec(monitor->Arguments.SessionFd);
        SetCloseOnExec(monitor->Arguments.StdinFd);
    }

    private static void SetCloseOnExec(int fd)
    {
        const int F_SETFD = 2, FD_CLOEXEC = 1;
        if (fd >= 0)
            Raw.Call(SyscallNumber.fcntl, fd, F_SETFD, FD_CLOEXEC);
    }

    private static void ReplaceStandardStreams()
    {
        int nothing = Raw.Open(Raw.AtFdCwd, "/dev/null"u8, Files.O_RDWR | Files.O_CLOEXEC);
        for (int stream = 0; stream <= 2 && nothing >= 0; stream++)
        {
            if (stream != nothing)
                Raw.Call(SyscallNumber.dup3, nothing, stream, 0);
        }
        if (nothing > 2)
            Raw.Close(nothing);
    }
}
