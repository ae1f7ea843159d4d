using PSContainer.Spec;

namespace PSContainer.Cgroups.Devices;

/// <summary>The device rules of a container whose configuration says nothing else.</summary>
/// <remarks>
/// Everything is denied but making nodes, which reveals nothing as long as they cannot be opened, and the devices that
/// config-linux.md ("Default Devices") has the runtime supply. Its <c>/dev/console</c> is a terminal of the container's own; the
/// device of that name, 5:1, is the host's, and is not among them.
/// </remarks>
public static class DefaultDeviceRules
{
    private const long Memory = 1, Terminal = 5, PtsFirst = 136;

    /// <summary>Denies all devices; the first rule of a closed list.</summary>
    public static DeviceRuleSpec DenyAll { get; } = new() { Allow = false, Access = "rwm" };

    /// <summary>Allows what every container needs.</summary>
    public static IReadOnlyList<DeviceRuleSpec> Needed { get; } =
    [
        new() { Allow = true, Type = "c", Access = "m" },
        new() { Allow = true, Type = "b", Access = "m" },
        Character(Memory, 3), // null
        Character(Memory, 5), // zero
        Character(Memory, 7), // full
        Character(Memory, 8), // random
        Character(Memory, 9), // urandom
        Character(Terminal, 0), // tty
        Character(Terminal, 2), // ptmx
        Character(PtsFirst, null), // pts/*
    ];

    /// <summary>Denies all but what every container needs.</summary>
    public static IReadOnlyList<DeviceRuleSpec> All { get; } = [DenyAll, .. Needed];

    private static DeviceRuleSpec Character(long major, long? minor) =>
        new() { Allow = true, Type = "c", Major = major, Minor = minor, Access = "rwm" };
}
