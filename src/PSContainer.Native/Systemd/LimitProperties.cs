using System.Globalization;
using PSContainer.Cgroups.Devices;
using PSContainer.Cgroups.Hierarchies;

namespace PSContainer.Systemd;

/// <summary>
/// Limits as properties of a unit, systemd.resource-control(5). systemd writes the files too; but what it does not know it
/// would undo whenever it reads its configuration anew.
/// </summary>
internal static class LimitProperties
{
    private const ulong Unlimited = ulong.MaxValue;
    private const long MicrosecondsPerSecond = 1_000_000, QuotaGrain = 10_000;

    /// <summary>The properties for what is written to a container's cgroup; what systemd has no property for is left out.</summary>
    public static IReadOnlyList<UnitProperty> Of(IReadOnlyList<CgroupWrite> writes)
    {
        var properties = new List<UnitProperty>();
        var devices = new Dictionary<string, List<(string, ulong)>>(StringComparer.Ordinal);
        foreach (CgroupWrite write in writes)
        {
            if (write.File == "io.max")
                AddDeviceLimits(devices, write.Value);
            else
                properties.AddRange(OfOne(write.File, write.Value.Trim()));
        }
        properties.AddRange(devices.Select(one => UnitProperty.Limits(one.Key, one.Value)));
        return properties;
    }

    /// <summary>The properties for what devices a container may use.</summary>
    public static IReadOnlyList<UnitProperty> OfDevices(DeviceRules? rules, IReadOnlyDictionary<(DeviceKind, long), string> drivers)
    {
        // What is first allowed and then taken back has no words here: our own program on the cgroup decides that alone.
        if (rules is null || rules.ToLegacy() is not { DefaultAllow: false, Exceptions: var allowed })
            return [UnitProperty.Text("DevicePolicy", "auto")];
        var rights = new List<(string, string)>();
        foreach (DeviceRule rule in allowed)
        {
            if (DeviceWord(rule, drivers) is { } word)
                rights.Add((word, AccessWord(rule.Access)));
        }
        return [UnitProperty.Text("DevicePolicy", "strict"), UnitProperty.Rights("DeviceAllow", rights)];
    }

    private static IEnumerable<UnitProperty> OfOne(string file, string value) => file switch
    {
        "memory.max" => [UnitProperty.Number("MemoryMax", Number(value))],
        "memory.high" => [UnitProperty.Number("MemoryHigh", Number(value))],
        "memory.low" => [UnitProperty.Number("MemoryLow", Number(value))],
        "memory.min" => [UnitProperty.Number("MemoryMin", Number(value))],
        "memory.swap.max" => [UnitProperty.Number("MemorySwapMax", Number(value))],
        "memory.limit_in_bytes" => [UnitProperty.Number("MemoryLimit", Number(value))],
        "pids.max" => [UnitProperty.Number("TasksMax", Number(value))],
        "cpu.max" => Quota(value),
        "cpu.weight" => [UnitProperty.Number("CPUWeight", Number(value))],
        "cpu.shares" => [UnitProperty.Number("CPUShares", Number(value))],
        "cpuset.cpus" => [UnitProperty.Mask("AllowedCPUs", MaskOf(value))],
        "cpuset.mems" => [UnitProperty.Mask("AllowedMemoryNodes", MaskOf(value))],
        "io.weight" or "io.bfq.weight" when value.Split(' ') is [.., var weight] && (value.StartsWith("default", StringComparison.Ordinal) || !value.Contains(':')) =>
            [UnitProperty.Number("IOWeight", Number(weight))],
        _ => [],
    };

    // In steps of 10 ms, since systemd rounds so too: rounded up, else a small quota would become none.
    private static UnitProperty[] Quota(string value)
    {
        string[] words = value.Split(' ');
        ulong period = words.Length > 1 ? Number(words[1]) : 100_000;
        if (words[0] == "max" || period == 0)
            return [UnitProperty.Number("CPUQuotaPerSecUSec", Unlimited), UnitProperty.Number("CPUQuotaPeriodUSec", period)];
        ulong perSecond = (ulong)((UInt128)Number(words[0]) * MicrosecondsPerSecond / period);
        ulong rounded = (perSecond + QuotaGrain - 1) / QuotaGrain * QuotaGrain;
        return [UnitProperty.Number("CPUQuotaPerSecUSec", rounded), UnitProperty.Number("CPUQuotaPeriodUSec", period)];
    }

    private static void AddDeviceLimits(Dictionary<string, List<(string, ulong)>> found, string value)
    {
        foreach (string line in value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            foreach (string[] pair in words.Skip(1).Select(word => word.Split('=', 2)))
            {
                string? property = pair[0] switch
                {
                    "rbps" => "IOReadBandwidthMax",
                    "wbps" => "IOWriteBandwidthMax",
                    "riops" => "IOReadIOPSMax",
                    "wiops" => "IOWriteIOPSMax",
                    _ => null,
                };
                if (property is null || pair.Length != 2)
                    continue;
                if (!found.TryGetValue(property, out List<(string, ulong)>? limits))
                    found[property] = limits = [];
                limits.Add(($"/dev/block/{words[0]}", Number(pair[1])));
            }
        }
    }

    private static ulong Number(string value) =>
        value is "max" or "-1" ? Unlimited : ulong.TryParse(value, CultureInfo.InvariantCulture, out ulong number) ? number : Unlimited;

    /// <summary>A list such as <c>0-3,7</c> as bits, the lowest byte first.</summary>
    internal static byte[] MaskOf(string list)
    {
        var mask = new List<byte>();
        foreach (string part in list.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] ends = part.Split('-', 2);
            int first = int.Parse(ends[0], CultureInfo.InvariantCulture), last = int.Parse(ends[^1], CultureInfo.InvariantCulture);
            for (int bit = first; bit <= last; bit++)
            {
                while (mask.Count <= bit / 8)
                    mask.Add(0);
                mask[bit / 8] |= (byte)(1 << (bit % 8));
            }
        }
        return [.. mask];
    }

    private static string? DeviceWord(DeviceRule rule, IReadOnlyDictionary<(DeviceKind, long), string> drivers)
    {
        string kind = rule.Kind == DeviceKind.Char ? "char" : "block";
        return (rule.Major, rule.Minor) switch
        {
            (DeviceRule.Any, DeviceRule.Any) => $"{kind}-*",
            (DeviceRule.Any, _) => null,
            (var major, DeviceRule.Any) => drivers.TryGetValue((rule.Kind, major), out string? name) ? $"{kind}-{name}" : null,
            var (major, minor) => string.Create(CultureInfo.InvariantCulture, $"/dev/{kind}/{major}:{minor}"),
        };
    }

    private static string AccessWord(DeviceAccess access) => string.Concat(
        (access & DeviceAccess.Read) != 0 ? "r" : "",
        (access & DeviceAccess.Write) != 0 ? "w" : "",
        (access & DeviceAccess.Mknod) != 0 ? "m" : "");
}
