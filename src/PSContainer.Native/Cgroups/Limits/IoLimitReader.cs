using PSContainer.Cgroups.Hierarchies;
using PSContainer.Kernel;

namespace PSContainer.Cgroups.Limits;

/// <summary>Reads the I/O limits in force.</summary>
internal static class IoLimitReader
{
    internal static IReadOnlyList<IoLimit> Read(CgroupHost host, Func<string, string?> directoryOf)
    {
        var limits = new SortedDictionary<string, IoLimit>(StringComparer.Ordinal);
        if (host.Find("blkio") is not null)
            ReadLegacy(limits, directoryOf("blkio"));
        else if (directoryOf("io") is { } directory)
            ReadUnified(limits, SmallFile.Read($"{directory}/io.max"));
        return [.. limits.Values];
    }

    internal static int? ReadWeight(CgroupHost host, Func<string, string?> directoryOf)
    {
        if (host.Find("blkio") is not null)
        {
            return directoryOf("blkio") is { } legacy
                && (Weight($"{legacy}/blkio.bfq.weight") ?? Weight($"{legacy}/blkio.weight")) is { } weight
                    ? (int)IoLimitWrites.WeightFromBfq(weight)
                    : null;
        }
        if (directoryOf("io") is not { } directory)
            return null;
        if (Weight($"{directory}/io.weight") is { } own)
            return (int)own;
        return Weight($"{directory}/io.bfq.weight") is { } bfq ? (int)IoLimitWrites.WeightFromBfq(bfq) : null;
    }

    internal static IReadOnlyDictionary<string, int> ReadDeviceWeights(CgroupHost host, Func<string, string?> directoryOf)
    {
        bool legacy = host.Find("blkio") is not null;
        string? text = legacy
            ? directoryOf("blkio") is { } v1 ? SmallFile.Read($"{v1}/blkio.bfq.weight_device") : null
            : directoryOf("io") is { } v2 ? SmallFile.Read($"{v2}/io.weight") : null;
        var weights = new Dictionary<string, int>();
        foreach (string[] words in Lines(text))
        {
            if (words is [not "default", string number] && SmallFile.ParseNumber(number) is { } weight)
                weights[words[0]] = (int)(legacy ? IoLimitWrites.WeightFromBfq(weight) : weight);
        }
        return weights;
    }

    internal static IReadOnlyList<IoLatency> ReadLatencies(Func<string, string?> directoryOf)
    {
        var latencies = new List<IoLatency>();
        string? text = directoryOf("io") is { } directory ? SmallFile.Read($"{directory}/io.latency") : null;
        // "8:0 target=75000", in microseconds.
        foreach (string[] words in Lines(text))
        {
            if (words is [var device, var target] && target.StartsWith("target=", StringComparison.Ordinal)
                && SmallFile.ParseNumber(target.AsSpan("target=".Length)) is { } time)
                latencies.Add(new IoLatency { Device = device, Target = TimeSpan.FromMicroseconds(time) });
        }
        return latencies;
    }

    // "100", or "default 100" and lines for devices.
    private static long? Weight(string file) => SmallFile.Read(file) is { } text
        ? SmallFile.FindKey(text, "default") ?? SmallFile.ParseNumber(text)
        : null;

    // Each file: "8:0 1048576".
    private static void ReadLegacy(SortedDictionary<string, IoLimit> limits, string? directory)
    {
        if (directory is null)
            return;
        ReadRates(limits, directory, "read_bps", (limit, rate) => limit with { ReadBytesPerSecond = rate });
        ReadRates(limits, directory, "write_bps", (limit, rate) => limit with { WriteBytesPerSecond = rate });
        ReadRates(limits, directory, "read_iops", (limit, rate) => limit with { ReadsPerSecond = rate });
        ReadRates(limits, directory, "write_iops", (limit, rate) => limit with { WritesPerSecond = rate });
    }

    private static void ReadRates(
        SortedDictionary<string, IoLimit> limits, string directory, string what, Func<IoLimit, long, IoLimit> set)
    {
        foreach (string[] words in Lines(SmallFile.Read($"{directory}/blkio.throttle.{what}_device")))
        {
            if (words.Length == 2 && SmallFile.ParseNumber(words[1]) is { } rate)
                limits[words[0]] = set(Of(limits, words[0]), rate);
        }
    }

    // One file: "8:0 rbps=1048576 wbps=max riops=max wiops=max".
    private static void ReadUnified(SortedDictionary<string, IoLimit> limits, string? text)
    {
        foreach (string[] words in Lines(text))
        {
            IoLimit limit = Of(limits, words[0]);
            foreach (string word in words.Skip(1))
            {
                string[] pair = word.Split('=', 2);
                long? rate = pair.Length == 2 ? SmallFile.ParseNumber(pair[1]) : null;
                limit = pair[0] switch
                {
                    "rbps" => limit with { ReadBytesPerSecond = rate },
                    "wbps" => limit with { WriteBytesPerSecond = rate },
                    "riops" => limit with { ReadsPerSecond = rate },
                    "wiops" => limit with { WritesPerSecond = rate },
                    _ => limit,
                };
            }
            limits[words[0]] = limit;
        }
    }

    private static IEnumerable<string[]> Lines(string? text) =>
        (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '));

    private static IoLimit Of(SortedDictionary<string, IoLimit> limits, string device) =>
        limits.TryGetValue(device, out IoLimit? limit) ? limit : new IoLimit { Device = device };
}
