using System.Globalization;
using PSContainer.Kernel;

namespace PSContainer.Proc;

/// <summary>Processes as messages name them.</summary>
internal static class ProcessNames
{
    private const int Most = 5;

    /// <summary>The first few of them as <c>sleep (123), sh (124)</c>, and how many more there are.</summary>
    internal static string Of(IReadOnlyList<int> ids)
    {
        IEnumerable<string> named = ids.Take(Most).Select(id =>
            string.Create(CultureInfo.InvariantCulture, $"{SmallFile.Read($"/proc/{id}/comm")?.Trim() ?? "?"} ({id})"));
        string more = ids.Count > Most ? $" and {ids.Count - Most} more" : "";
        return string.Join(", ", named) + more;
    }
}
