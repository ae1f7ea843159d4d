using PSContainer.Kernel;
using PSContainer.Spec;

namespace PSContainer.Plan;

/// <summary>Where the host has the devices of a configuration, for a container that may make no nodes: there the host's are bound.</summary>
internal static class DeviceSources
{
    /// <summary>Paths of the host by path inside; a device that the host has nowhere is left out.</summary>
    public static IReadOnlyDictionary<string, string> Find(IReadOnlyList<DeviceSpec>? devices)
    {
        var sources = new Dictionary<string, string>();
        foreach (DeviceSpec device in devices ?? [])
        {
            if (device.Type != "p" && Find(device) is { } source)
                sources[device.Path] = source;
        }
        return sources;
    }

    private static string? Find(DeviceSpec device)
    {
        if (Is(device.Path, device))
            return device.Path;
        // By the number: the kernel tells its own name of every device (sysfs, uevent).
        string kind = device.Type == "b" ? "block" : "char";
        foreach (string line in (Kernel.ProcFile.Read($"/sys/dev/{kind}/{device.Major}:{device.Minor}/uevent") ?? "").Split('\n'))
        {
            if (line.StartsWith("DEVNAME=", StringComparison.Ordinal) && $"/dev/{line["DEVNAME=".Length..]}" is var name && Is(name, device))
                return name;
        }
        return null;
    }

    private static bool Is(string path, DeviceSpec device) =>
        Files.statx(Files.AT_FDCWD, path, 0, Files.STATX_BASIC_STATS, out Files.statx_data found) >= 0
        && (found.stx_mode & Files.S_IFMT) == ((uint)DevicePlan.Mode(device) & Files.S_IFMT)
        && (found.stx_rdev_major, found.stx_rdev_minor) == (device.Major, device.Minor);
}
