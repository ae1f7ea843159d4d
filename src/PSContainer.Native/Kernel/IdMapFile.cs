using System.Globalization;

namespace PSContainer.Kernel;

/// <summary>The id map of a process's user namespace, user_namespaces(7).</summary>
internal static class IdMapFile
{
    /// <summary>Ranges of a map as (inside, outside, count).</summary>
    internal static IReadOnlyList<(uint Inside, uint Outside, uint Count)> Parse(string? text)
    {
        var ranges = new List<(uint, uint, uint)>();
        foreach (string line in (text ?? "").Split('\n'))
        {
            string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 3 && TryParse(words[0], out uint inside) && TryParse(words[1], out uint outside)
                && TryParse(words[2], out uint count))
                ranges.Add((inside, outside, count));
        }
        return ranges;
    }

    /// <summary>The id inside of an id outside.</summary>
    /// <returns>The id, or <see langword="null"/> when it has none inside.</returns>
    internal static uint? Inside(IReadOnlyList<(uint Inside, uint Outside, uint Count)> ranges, uint outside)
    {
        foreach ((uint first, uint host, uint count) in ranges)
        {
            if (outside >= host && outside - host < count && outside - host < uint.MaxValue - first)
                return first + (outside - host);
        }
        return null;
    }

    private static bool TryParse(string text, out uint number) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
