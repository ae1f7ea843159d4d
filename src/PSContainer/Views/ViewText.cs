using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;
using PSContainer.Cgroups.Limits;
using PSContainer.Containers;
using PSContainer.State;
using PSContainer.Words;

namespace PSContainer.Views;

/// <summary>Values as the views of PSContainer.Format.ps1xml show them.</summary>
public static partial class ViewText
{
    private const int UsualWeight = 100;

    /// <summary>Text of a container with nothing in it that a terminal would obey.</summary>
    public static string Plain(string? text) => text is null ? "" : ShownText.Line(text);

    /// <summary>
    /// As <see cref="Plain"/>, but colours stay: a log's own. They end with it, or what is shown next could be made invisible.
    /// </summary>
    public static string Coloured(string? text)
    {
        const string Reset = "\x1b[0m";
        string[] parts = text is null ? [] : Colour().Split(text);
        string shown = string.Concat(parts.Select((part, at) => at % 2 == 1 ? part : ShownText.Line(part)));
        return parts.Length < 2 || shown.EndsWith(Reset, StringComparison.Ordinal) ? shown : shown + Reset;
    }

    /// <summary>A size in binary units; nothing for none.</summary>
    public static string Size(long? bytes) => bytes is { } size ? ByteSizeWord.Format(size) : "";

    /// <summary>A number, written as the sizes and times beside it, whatever the user's culture; nothing for none.</summary>
    public static string Number(double? value, string format) =>
        value is { } number ? number.ToString(format, CultureInfo.InvariantCulture) : "";

    /// <summary>A short time in seconds: <c>1.25 s</c>; nothing for none.</summary>
    public static string Seconds(TimeSpan? span) =>
        span is { } time ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s") : "";

    /// <summary>A command line, its arguments told apart where a blank would not do it.</summary>
    public static string CommandLine(IEnumerable<string> arguments) =>
        Plain(string.Join(' ', arguments.Select(
            argument => argument.Length == 0 || argument.Contains(' ') ? $"'{argument}'" : argument)));

    /// <summary>A time span in its two largest units: <c>3d 4h</c>, <c>12m 5s</c>.</summary>
    public static string Span(TimeSpan? span)
    {
        if (span is not { } time)
            return "";
        (long Count, string Unit)[] parts =
            [((long)time.TotalDays, "d"), (time.Hours, "h"), (time.Minutes, "m"), (time.Seconds, "s")];
        int first = Array.FindIndex(parts, part => part.Count > 0);
        if (first < 0)
            return "0s";
        return string.Join(' ', parts.Skip(first).Take(2).Where(part => part.Count > 0)
            .Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Count}{part.Unit}")));
    }

    /// <summary>How long a container has been running, or ran; of one from a job or a file until it was looked at there.</summary>
    public static string Uptime(PSObject container) => Span(container.Properties[nameof(Container.Uptime)]?.Value as TimeSpan?);

    /// <summary>The memory that a container uses, or used where a job or a file has it from; nothing when it has no cgroup to tell.</summary>
    public static string Memory(PSObject container) => Size(container.Properties[nameof(Container.MemoryCurrent)]?.Value as long?);

    /// <summary>The limits that are set, by their names.</summary>
    public static string Limits(CgroupLimit? limits)
    {
        if (limits is null)
            return "";
        var set = new List<string>();
        AddSize("MemoryMax", limits.MemoryMax);
        AddSize("MemoryHigh", limits.MemoryHigh);
        AddSize("MemoryLow", limits.MemoryLow);
        AddSize("MemoryMin", limits.MemoryMin);
        AddSize("MemorySwapMax", limits.MemorySwapMax);
        Add("CpuMax", limits.CpuMax);
        Add("CpuWeight", limits.CpuWeight == UsualWeight ? null : limits.CpuWeight);
        Add("CpuSet", limits.CpuSetCpus);
        Add("MemoryNode", limits.CpuSetMems);
        Add("PidsMax", limits.PidsMax);
        foreach (IoLimit limit in limits.IoMax)
            set.Add($"IoMax {limit}");
        foreach (IoLatency latency in limits.IoLatency)
            set.Add($"IoLatency {latency}");
        Add("CpuSetPartition", limits.CpuSetPartition is "member" ? null : limits.CpuSetPartition);
        Add("IoWeight", limits.IoWeight == UsualWeight ? null : limits.IoWeight);
        return string.Join(", ", set);

        void AddSize(string name, long? bytes) => Add(name, bytes is { } size ? ByteSizeWord.Format(size) : null);

        void Add(string name, object? value)
        {
            if (value is not null)
                set.Add(string.Create(CultureInfo.InvariantCulture, $"{name} {value}"));
        }
    }

    /// <summary>The state, and of a container that ended its exit code or what killed it.</summary>
    public static string State(Container container)
    {
        ContainerStatus state = container.State;
        if (state != ContainerStatus.Exited)
            return state.ToString();
        if (container.OomKilled)
            return "Exited (OOM)";
        return container.ExitCode is { } code ? $"Exited ({code.ToString(CultureInfo.InvariantCulture)})" : "Exited";
    }

    /// <summary>As <see cref="State(Container)"/>, of what a job, a remote session or a file has of a container.</summary>
    public static string State(PSObject container)
    {
        if (container.BaseObject is Container live)
            return State(live);
        if (container.Properties["State"]?.Value is not { } value || !LanguagePrimitives.TryConvertTo(value, out ContainerStatus state))
            return "";
        if (state != ContainerStatus.Exited)
            return state.ToString();
        if (LanguagePrimitives.IsTrue(container.Properties["OomKilled"]?.Value))
            return "Exited (OOM)";
        return container.Properties["ExitCode"]?.Value is { } code ? $"Exited ({Plain(code.ToString())})" : "Exited";
    }

    // What is in the group stays: Split yields it at the odd places.
    [GeneratedRegex(@"(\x1b\[[0-9;:]*m|\t)")]
    private static partial Regex Colour();
}
