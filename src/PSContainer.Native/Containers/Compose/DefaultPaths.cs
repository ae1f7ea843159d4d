namespace PSContainer.Containers.Compose;

/// <summary>Paths of /proc and /sys that a confined container may not see or change, as Docker has them.</summary>
internal static class DefaultPaths
{
    /// <summary>Search path of a command when the environment says nothing.</summary>
    internal const string SearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>What cannot be read: facts of the host's hardware, kernel and keys.</summary>
    internal static IReadOnlyList<string> Masked { get; } =
    [
        "/proc/acpi",
        "/proc/asound",
        "/proc/interrupts",
        "/proc/kcore",
        "/proc/keys",
        "/proc/latency_stats",
        "/proc/sched_debug",
        "/proc/scsi",
        "/proc/timer_list",
        "/proc/timer_stats",
        "/sys/devices/virtual/powercap",
        "/sys/firmware",
    ];

    /// <summary>What cannot be written: settings of the whole host.</summary>
    internal static IReadOnlyList<string> ReadOnly { get; } =
    [
        "/proc/bus",
        "/proc/fs",
        "/proc/irq",
        "/proc/sys",
        "/proc/sysrq-trigger",
    ];
}
