using PSContainer.Kernel;

namespace PSContainer.Containers;

/// <summary>Learns how a container ended: from the record of its monitor, which comes a moment after the end.</summary>
internal static class ExitWatch
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    /// <summary>Waits for the record of a container that has ended.</summary>
    /// <param name="directory">Its state directory.</param>
    /// <param name="process">Its first process.</param>
    /// <returns>The record, or <see langword="null"/> when nobody was there to see the end.</returns>
    internal static ExitRecord? Settle(string directory, LiveProcess process)
    {
        long start = Environment.TickCount64;
        int pause = 1;
        while (true)
        {
            if (ExitRecord.Read(Path.Combine(directory, "exit")) is { } record)
                return record;
            // Gone already (removed at its end), or without a monitor: then the kernel's own memory of it serves.
            bool isOver = !Directory.Exists(directory) || !IsMonitored(directory);
            if (isOver && PidfdInfo.ExitOf(process.Fd) is { } exit)
                return new() { ExitCode = exit.ShellCode, Signal = exit.Signal, Time = DateTimeOffset.Now };
            if (Environment.TickCount64 - start > (isOver ? 100 : LongestDelay.TotalMilliseconds))
                return ExitRecord.Read(Path.Combine(directory, "exit"));
            Thread.Sleep(pause);
            pause = Math.Min(pause * 2, 20);
        }
    }

    /// <summary>Whether a monitor watches: it holds a lock for as long as it lives.</summary>
    internal static bool IsMonitored(string directory)
    {
        const int LOCK_SH = 1, LOCK_NB = 4;
        nint fd = Files.openat(Files.AT_FDCWD, Path.Combine(directory, "monitor"), Files.O_RDONLY | Files.O_CLOEXEC | Files.O_NOFOLLOW);
        if (fd < 0)
            return false;
        using var file = new FileHandle((int)fd);
        return Syscall.Call(SyscallNumber.flock, file.Fd, LOCK_SH | LOCK_NB) == -Errno.EAGAIN;
    }
}
