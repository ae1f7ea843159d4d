using PSContainer.Proc;
using PSContainer.Programs;
using PSContainer.State;

namespace PSContainer.Containers;

/// <summary>Learns how a container ended: from the record of its monitor, which comes a moment after the end.</summary>
internal static class ExitWatch
{
    // Of a monitor that lives: on a busy machine it may not have had its turn.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(20);

    /// <summary>Waits for the record of a container that has ended.</summary>
    /// <param name="directory">Its state directory.</param>
    /// <param name="process">Its first process; <see langword="null"/> when it was gone before it could be opened.</param>
    /// <returns>The record, or <see langword="null"/> when nobody was there to see the end.</returns>
    internal static ExitRecord? Settle(string directory, LiveProcess? process)
    {
        ExitRecord? record = AwaitRecord(directory, process);
        AwaitMonitor(directory);
        return record;
    }

    /// <summary>Waits until the monitor of what has ended is done: it may have the container still to remove.</summary>
    /// <remarks>The file that tells whether it lives goes before the directory does, and who removes the directory holds it.</remarks>
    internal static void AwaitMonitor(string directory)
    {
        long start = Environment.TickCount64;
        for (int pause = 1; (MonitorState.IsAlive(directory) || StateStore.IsHeld(directory)) && Environment.TickCount64 - start < LongestDelay.TotalMilliseconds;)
        {
            Thread.Sleep(pause);
            pause = Math.Min(pause * 2, 20);
        }
    }

    private static ExitRecord? AwaitRecord(string directory, LiveProcess? process)
    {
        long start = Environment.TickCount64;
        int pause = 1;
        while (true)
        {
            if (ExitRecord.Read(Path.Combine(directory, "exit")) is { } record)
                return record;
            // Gone already (removed at its end), or without a monitor: then the kernel's own memory of it serves.
            bool isOver = !Directory.Exists(directory) || !MonitorState.IsAlive(directory);
            if (isOver && process is not null && PidfdInfo.ExitOf(process.Fd) is { } exit)
                return new() { ExitCode = exit.ShellCode, Signal = exit.Signal, Time = DateTimeOffset.Now };
            if (Environment.TickCount64 - start > (isOver ? 100 : LongestDelay.TotalMilliseconds))
                return ExitRecord.Read(Path.Combine(directory, "exit"));
            Thread.Sleep(pause);
            pause = Math.Min(pause * 2, 20);
        }
    }
}
