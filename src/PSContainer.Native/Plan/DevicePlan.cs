using PSContainer.Spec;
using PSContainer.Steps.Container;

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
                AddDevice(plan, device, context, mayMakeNodes);
        }
        foreach (DeviceSpec device in asked)
        {
            // It is a link to what the container's own devpts has, whatever the host's is.
            if (!IsPtmx(device.Path))
                AddDevice(plan, device, context, mayMakeNodes);
        }
        foreach ((string link, string target) in Links)
            plan.Child(new ChildStep(OperationKind.MakeLink) { Text1 = link, Text2 = target }, "MakeLink", "symlinkat", link, target);
        plan.Child(new ChildStep(OperationKind.MakeLink) { Text1 = "/dev/ptmx", Text2 = "pts/ptmx", Number1 = 1 },
            "MakeLink", "symlinkat", "/dev/ptmx", "pts/ptmx");
    }

    private static bool IsPtmx(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(static name => name != ".").SequenceEqual(["dev", "ptmx"]);

    // A user namespace may make no nodes: there the host's own is bound, or one that the parent makes.
    private static void AddDevice(PlanBuilder plan, DeviceSpec device, PlanContext context, bool mayMakeNodes)
    {
        if (!mayMakeNodes && device.Type != "p")
        {
            AddForeignDevice(plan, device, context);
            return;
        }
        plan.Child(
            new ChildStep(OperationKind.MakeDevice)
            {
                Text1 = device.Path,
                Number1 = Mode(device),
                Number2 = Number(device),
                Number3 = (long)(device.Uid ?? 0) << 32 | (device.Gid ?? 0),
            },
            "MakeDevice", "mknodat", device.Path, Words(device));
    }

    private static void AddForeignDevice(PlanBuilder plan, DeviceSpec device, PlanContext context)
    {
        bool isHosts = context.DeviceSources.TryGetValue(device.Path, out string? source) || Defaults.Contains(device);
        bool asksMore = device.FileMode is not null || device.Uid is not null || device.Gid is not null;
        source ??= device.Path;
        if (context.IsRoot && (asksMore || !isHosts || source != device.Path))
        {
            plan.Parent("MakeDeviceNode", "mknodat", device.Path, Words(device));
            plan.Child(new ChildStep(OperationKind.AttachMount) { Text1 = source, Text3 = device.Path, Device = device },
                "AttachDevice", "move_mount", device.Path);
            return;
        }
        if (!isHosts)
        {
            throw new InvalidSpecException(
                $"The device '{device.Path}' ({Words(device)}) is not on this host, and in a user namespace it could only be the host's.",
                "Leave it out of linux.devices, or run as root.") { Target = device.Path };
        }
        plan.Child(new ChildStep(OperationKind.BindMount) { Text1 = source, Text3 = device.Path, Blob = MountPlan.AttributeBlob(Devices.HostsNode, 0) },
            "BindDevice", "open_tree", source == device.Path ? source : $"{source} on {device.Path}");
    }

    private static string Words(DeviceSpec device) => $"{device.Type} {device.Major}:{device.Minor}";

    /// <summary>Type and permission bits of a node, as mknod(2) takes them.</summary>
    public static long Mode(DeviceSpec device) =>
        (device.Type switch { "b" => BlockDevice, "p" => Fifo, _ => CharacterDevice }) | ((device.FileMode ?? 0x1B6) & 0xFFF);

    /// <summary>A node's number, as mknod(2) takes it.</summary>
    public static long Number(DeviceSpec device) => DeviceNumber(device.Major, device.Minor);

    // The encoding of makedev(3).
    private static long DeviceNumber(long major, long minor) =>
        (minor & 0xFF) | (major & 0xFFF) << 8 | (minor & ~0xFFL) << 12 | (major & ~0xFFFL) << 32;
}
