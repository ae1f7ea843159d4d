namespace PSContainer.Bench;

/// <summary>What the bundle asks for.</summary>
internal sealed record Bundle(string Name, bool HostNetwork = false, bool Seccomp = false, bool Limits = false)
{
    /// <summary>What is started.</summary>
    public IReadOnlyList<string> Command { get; init; } = [Setup.Command];
}

/// <summary>One comparison: every runtime starts the same bundle.</summary>
/// <param name="Title">What it is called in the report.</param>
/// <param name="Bundle">The bundle.</param>
/// <param name="Pause">How long nothing happens before each start.</param>
/// <param name="GoalToCrun">The goal: at most this part of the time crun takes.</param>
internal sealed record BenchCase(string Title, Bundle Bundle, TimeSpan Pause, double GoalToCrun)
{
    /// <summary>The goal: at most this many times the floor.</summary>
    public const double GoalToFloor = 2;

    private static readonly Bundle Plain = new("all-namespaces");
    private static readonly Bundle HostNetwork = new("host-network", HostNetwork: true);
    private static readonly Bundle Filtered = new("seccomp", Seccomp: true);
    private static readonly Bundle Limited = new("limits", Limits: true);
    private static readonly Bundle LimitedAndFiltered = new("limits-seccomp", Seccomp: true, Limits: true);

    // How people start containers: with time in between, in which the kernel's grace periods and the processor's caches run out.
    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(120);

    /// <summary>All comparisons in the order of the report.</summary>
    public static readonly BenchCase[] All =
    [
        new("all namespaces", Plain, TimeSpan.Zero, 0.6),
        new("host network", HostNetwork, TimeSpan.Zero, 0.6),
        new("default seccomp profile", Filtered, TimeSpan.Zero, 0.35),
        new("memory and pids limits", Limited, TimeSpan.Zero, 0.6),
        new("all namespaces, starts 120 ms apart", Plain, Apart, 0.35),
        new("default seccomp profile, starts 120 ms apart", Filtered, Apart, 0.35),
        new("default seccomp profile, memory and pids limits, starts 120 ms apart", LimitedAndFiltered, Apart, 0.35),
    ];
}
