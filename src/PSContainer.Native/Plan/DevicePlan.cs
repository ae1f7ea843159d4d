using PSContainer.Spec;
using PSContainer.Steps.Child;

namespace PSContainer.Plan;

/// <summary>Device nodes and links that every container has (config-linux.md, "Default Devices"), and the ones asked for.</summary>
internal static class DevicePlan
{
    private const long CharacterDevice = 0x2000, BlockDevice = 0x6000, Fifo = 0x1000;

    private static readonly DeviceSpec[] Defaults =
    [
        new() { Type = "c", Path = "/dev/null", Major = 1, Minor = 3 },
        new() { Type = "c", Path = "/dev/zero", Major = 1, Minor = 5 },
        new() { Type = "c", Path = "/dev/full", Major = 1, Minor = 7 },
        new() { Type = "c", Path = "/dev/random", Major = 1, Minor = 8 },
        new() { Type = "c", Path = "/dev/urandom", Major = 1, Minor = 9 },
        new() { Type = "c", Path = "/dev/tty", Major = 5, Minor = 0 },
    ];

    private static readonly (string Link, string Target)[] Links =
    [
        ("/dev/fd", "/proc/self/fd"),
        ("/dev/stdin", "/proc/self/fd/0"),
        ("/dev/stdout", "/proc/self/fd/1"),
        ("/dev/stderr", "/proc/self/fd/2"),
    ];

    public static void Add(PlanBuilder plan, ContainerSpec spec, PlanContext context, NamespacePlan namespaces)
    {
        // /dev bound from outside has its own nodes, and making more there would make them on the host.
        bool isForeign = spec.Mounts?.Any(mount => mount.Destination.TrimEnd('/') == "/dev" && MountOptions.Parse(mount).IsBind) == true;
        if (isForeign)
            return;
        bool mayMakeNodes = context.IsRoot && !namespaces.HasOwnUser;
        IReadOnlyList<DeviceSpec> asked = spec.Linux?.Devices ?? [];
        foreach (DeviceSpec device in Defaults)
        {
            if (!asked.Any(other => other.Path == device.Path))
                AddDevice(plan, device, mayMakeNodes);
        }
        foreach (DeviceSpec device in asked)
            AddDevice(plan, device, mayMakeNodes);
        foreach ((string link, string target) in Links)
            plan.Child(new ChildStep(OperationKind.MakeLink) { Text1 = link, Text2 = target }, "MakeLink", "symlinkat", link, target);
        plan.Child(new ChildStep(OperationKind.MakeLink) { Text1 = "/dev/ptmx", Text2 = "pts/ptmx", Number1 = 1 },
            "MakeLink", "symlinkat", "/dev/ptmx", "pts/ptmx");
    }

    // A user namespace may make no nodes: there the host's own is bound.
    private static void AddDevice(PlanBuilder plan, DeviceSpec device, bool mayMakeNodes)
    {
        if (!mayMakeNodes && device.Type != "p")
        {
            plan.Child(new ChildStep(OperationKind.BindMount) { Text1 = device.Path, Text3 = device.Path },
                "BindDevice", "open_tree", device.Path);
            return;
        }
        long type = device.Type switch { "b" => BlockDevice, "p" => Fifo, _ => CharacterDevice };
        long mode = type | (device.FileMode ?? 0x1B6) & 0xFFF;
        plan.Child(
            new ChildStep(OperationKind.MakeDevice)
            {
                Text1 = device.Path,
                Number1 = mode,
                Number2 = DeviceNumber(device.Major, device.Minor),
                Number3 = (long)(device.Uid ?? 0) << 32 | (device.Gid ?? 0),
            },
            "MakeDevice", "mknodat", device.Path, $"{device.Type} {device.Major}:{device.Minor}");
    }

    // The encoding of makedev(3).
    private static long DeviceNumber(long major, long minor) =>
        (minor & 0xFF) | (major & 0xFFF) << 8 | (minor & ~0xFFL) << 12 | (major & ~0xFFFL) << 32;
}
