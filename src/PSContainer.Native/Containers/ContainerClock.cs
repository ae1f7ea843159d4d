using System.Globalization;
using PSContainer.Kernel;
using PSContainer.Proc;
using PSContainer.State;

namespace PSContainer.Containers;

/// <summary>Turns the kernel's clock ticks since boot into times.</summary>
internal static class ContainerClock
{
    // USER_HZ, which the kernel shows to programs, is 100 on every architecture .NET runs on.
    private const int TicksPerSecond = 100;

    // Asked once: two readings of one time are then the same.
    private static readonly Lazy<DateTime> Boot = new(() => DateTime.UtcNow - SinceBoot());

    /// <summary>The time of a tick since boot.</summary>
    internal static DateTime TimeOf(ulong ticks) => (Boot.Value + Duration(ticks)).ToLocalTime();

    /// <summary>A number of ticks.</summary>
    internal static TimeSpan Duration(ulong ticks) => TimeSpan.FromSeconds((double)ticks / TicksPerSecond);

    /// <summary>When a container's command was started.</summary>
    /// <returns>The time, or <see langword="null"/> while it waits to be started.</returns>
    internal static DateTime? StartTimeOf(Container container)
    {
        if (container.State is ContainerStatus.Creating or ContainerStatus.Created or ContainerStatus.Dead
            || container.Current is not { Pid: > 0 } state)
            return null;
        // The process of a container that was created first is older than its command; its lock was touched at the start.
        var touched = new FileInfo(Path.Combine(container.StateDirectory, "lock"));
        if (state.PidStartTime == ProcessStat.NoProcess)
            return touched.Exists ? touched.LastWriteTime : null;
        DateTime process = TimeOf(state.PidStartTime);
        return touched.Exists && touched.LastWriteTime > process ? touched.LastWriteTime : process;
    }

    private static TimeSpan SinceBoot()
    {
        string text = ProcFile.Read("/proc/uptime")
            ?? throw new ContainerException("/proc/uptime cannot be read.", "Mount procfs on /proc.");
        return TimeSpan.FromSeconds(
            double.Parse(text.AsSpan(0, text.IndexOf(' ', StringComparison.Ordinal)), CultureInfo.InvariantCulture));
    }

    /// <summary>Marks this moment as the start of a container's command.</summary>
    internal static void MarkStart(string directory) =>
        Files.utimensat(Files.AT_FDCWD, Rooted.PathBytes.From(Path.Combine(directory, "lock")), Now, Now, 0);

    private static Files.time_spec Now => new() { tv_nsec = UTIME_NOW };

    private const long UTIME_NOW = 0x3fffffff;
}
