using PSContainer.Kernel;

namespace PSContainer.Proc;

/// <summary>The host's memory, proc_meminfo(5).</summary>
internal static class HostMemory
{
    private const long Kibi = 1024;

    /// <summary>Bytes of memory that there are.</summary>
    internal static long Total() => Read("MemTotal:") ?? long.MaxValue;

    /// <summary>Bytes of swap that nobody uses.</summary>
    internal static long FreeSwap() => Read("SwapFree:") ?? 0;

    // "MemTotal:       24684140 kB".
    private static long? Read(string name)
    {
        foreach (string line in (SmallFile.Read("/proc/meminfo") ?? "").Split('\n'))
        {
            if (line.StartsWith(name, StringComparison.Ordinal))
                return SmallFile.ParseNumber(line[name.Length..].Replace("kB", "", StringComparison.Ordinal)) * Kibi;
        }
        return null;
    }
}
