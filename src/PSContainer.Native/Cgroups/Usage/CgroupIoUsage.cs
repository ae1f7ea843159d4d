using PSContainer.Kernel;

namespace PSContainer.Cgroups.Usage;

/// <summary>What a cgroup read from and wrote to one disk.</summary>
public sealed record CgroupIoUsage
{
    /// <summary>The disk as <c>MAJOR:MINOR</c>.</summary>
    public required string Device { get; init; }

    /// <summary>Bytes read, ever.</summary>
    public long ReadBytes { get; init; }

    /// <summary>Bytes written, ever.</summary>
    public long WriteBytes { get; init; }

    /// <summary>Reads, ever.</summary>
    public long Reads { get; init; }

    /// <summary>Writes, ever.</summary>
    public long Writes { get; init; }

    /// <summary>Device, bytes read, bytes written.</summary>
    public override string ToString() => $"{Device} rbytes={ReadBytes} wbytes={WriteBytes} rios={Reads} wios={Writes}";

    /// <summary>The sum of one value over all devices of a file.</summary>
    /// <param name="text">v1: lines of <c>8:0 Read 4096</c>; v2: lines of <c>8:0 rbytes=4096 wbytes=0 ...</c>.</param>
    /// <param name="key">The word before the value.</param>
    /// <param name="legacy">Whether the file is v1's.</param>
    internal static long Sum(string text, string key, bool legacy)
    {
        long sum = 0;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            int place = line.IndexOf(key, StringComparison.Ordinal), after = place + key.Length;
            if (place < 1 || after >= line.Length || line[place - 1] != ' ' || line[after] != (legacy ? ' ' : '='))
                continue;
            ReadOnlySpan<char> value = line[(after + 1)..];
            int end = value.IndexOf(' ');
            sum += SmallFile.ParseNumber(end < 0 ? value : value[..end]) ?? 0;
        }
        return sum;
    }

    /// <summary>Devices of v1's two files, or of v2's one.</summary>
    internal static IReadOnlyList<CgroupIoUsage> Parse(string? bytes, string? operations)
    {
        var devices = new SortedDictionary<string, CgroupIoUsage>(StringComparer.Ordinal);
        bool legacy = operations is not null;
        foreach ((string device, string name, long value) in Values(bytes ?? "", legacy))
        {
            CgroupIoUsage usage = Of(devices, device);
            devices[device] = name switch
            {
                "Read" or "rbytes" => usage with { ReadBytes = value },
                "Write" or "wbytes" => usage with { WriteBytes = value },
                "rios" => usage with { Reads = value },
                "wios" => usage with { Writes = value },
                _ => usage,
            };
        }
        foreach ((string device, string name, long value) in Values(operations ?? "", legacy))
        {
            CgroupIoUsage usage = Of(devices, device);
            devices[device] = name switch
            {
                "Read" => usage with { Reads = value },
                "Write" => usage with { Writes = value },
                _ => usage,
            };
        }
        return [.. devices.Values];
    }

    private static CgroupIoUsage Of(SortedDictionary<string, CgroupIoUsage> devices, string device) =>
        devices.TryGetValue(device, out CgroupIoUsage? known) ? known : new CgroupIoUsage { Device = device };

    private static IEnumerable<(string Device, string Name, long Value)> Values(string text, bool legacy)
    {
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ');
            if (legacy)
            {
                if (words.Length == 3 && SmallFile.ParseNumber(words[2]) is { } number)
                    yield return (words[0], words[1], number);
                continue;
            }
            foreach (string word in words.Skip(1))
            {
                int equals = word.IndexOf('=', StringComparison.Ordinal);
                if (equals > 0 && SmallFile.ParseNumber(word.AsSpan(equals + 1)) is { } value)
                    yield return (words[0], word[..equals], value);
            }
        }
    }
}
