using PSContainer.Kernel;

namespace PSContainer.Machine;

/// <summary>The files that set ids aside for users: subuid(5), subgid(5).</summary>
internal static class SubIdFile
{
    /// <summary>Ranges of a user in a file.</summary>
    internal static IReadOnlyList<SubIdRange> Read(string path, uint uid) =>
        Parse(ProcFile.Read(path) ?? "", Environment.UserName, uid);

    /// <summary>Ranges of a user in text of subuid(5), by name or number.</summary>
    internal static IReadOnlyList<SubIdRange> Parse(string text, string name, uint uid)
    {
        var ranges = new List<SubIdRange>();
        foreach (string line in text.Split('\n'))
        {
            string[] parts = line.Trim().Split(':');
            if (parts.Length == 3 && (parts[0] == name || parts[0] == $"{uid}")
                && uint.TryParse(parts[1], out uint first) && uint.TryParse(parts[2], out uint count) && count > 0)
                ranges.Add(new(first, count));
        }
        return ranges;
    }
}
