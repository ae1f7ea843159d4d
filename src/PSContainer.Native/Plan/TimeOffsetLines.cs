using PSContainer.Spec;

namespace PSContainer.Plan;

/// <summary>Offsets of clocks as /proc/PID/timens_offsets takes them, time_namespaces(7).</summary>
internal static class TimeOffsetLines
{
    /// <summary>A line a clock.</summary>
    public static string Format(IReadOnlyDictionary<string, TimeOffsetSpec> offsets) =>
        string.Concat(offsets.Select(offset => $"{offset.Key} {offset.Value.Secs} {offset.Value.Nanosecs}\n"));

    /// <summary>The same in one line, for people.</summary>
    public static string Describe(string lines) => lines.Trim().Replace("\n", ", ", StringComparison.Ordinal);
}
