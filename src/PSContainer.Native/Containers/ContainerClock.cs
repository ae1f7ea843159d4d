using PSContainer.State;

namespace PSContainer.Containers;

/// <summary>Turns the kernel's clock ticks since boot into times.</summary>
internal static class ContainerClock
{
    // USER_HZ, which the kernel shows to programs, is 100 on every architecture .NET runs on.
    private const int TicksPerSecond = 100;

    /// <summary>The time of a tick since boot.</summary>
    internal static DateTime TimeOf(ulong ticks) =>
        (DateTime.UtcNow - SinceBoot() + TimeSpan.FromSeconds((double)ticks / TicksPerSecond)).ToLocalTime();

    /// <summary>A number of ticks.</summary>
    internal static TimeSpan Duration(ulong ticks) => TimeSpan.FromSeconds((double)ticks / TicksPerSecond);

    internal static DateTime? StartTimeOf(Container container) =>
        container.State is ContainerStatus.Creating or ContainerStatus.Created || container.Current is not { Pid: > 0 } state
            ? null
            : TimeOf(state.PidStartTime);

    private static TimeSpan SinceBoot()
    {
        string text = File.ReadAllText("/proc/uptime");
        return TimeSpan.FromSeconds(double.Parse(text.AsSpan(0, text.IndexOf(' ', StringComparison.Ordinal)), provider: null));
    }
}
