using System.Globalization;
using PSContainer.Cgroups.Devices;
using PSContainer.Kernel;

namespace PSContainer.Systemd;

/// <summary>Names of device drivers by major number, /proc/devices: what systemd calls all devices of one.</summary>
internal static class DeviceDrivers
{
    /// <summary>Reads them.</summary>
    public static IReadOnlyDictionary<(DeviceKind, long), string> Read() => Parse(SmallFile.Read("/proc/devices") ?? "");

    /// <summary>Reads the file's text.</summary>
    internal static IReadOnlyDictionary<(DeviceKind, long), string> Parse(string text)
    {
        var drivers = new Dictionary<(DeviceKind, long), string>();
        DeviceKind kind = DeviceKind.Char;
        foreach (string line in text.Split('\n'))
        {
            if (line.StartsWith("Block", StringComparison.Ordinal))
                kind = DeviceKind.Block;
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 2 && long.TryParse(words[0], CultureInfo.InvariantCulture, out long major))
                drivers.TryAdd((kind, major), words[1]);
        }
        return drivers;
    }
}
