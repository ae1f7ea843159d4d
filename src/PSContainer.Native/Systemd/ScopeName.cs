namespace PSContainer.Systemd;

/// <summary>What systemd calls a container: the scope and the slice that <c>cgroupsPath</c> means for its cgroup manager.</summary>
/// <param name="Slice">The slice's unit name.</param>
/// <param name="Unit">The scope's unit name.</param>
internal sealed record ScopeName(string Slice, string Unit)
{
    private const int LongestUnit = 255;

    /// <summary>Reads a <c>cgroupsPath</c>: <c>SLICE:PREFIX:NAME</c>, any of them empty; or none at all.</summary>
    /// <param name="cgroupsPath">The path of the configuration.</param>
    /// <param name="id">The container's id, which is the name of one without a path.</param>
    /// <param name="isUser">Whether it is for a user's own systemd.</param>
    /// <exception cref="InvalidSpecException">It has another form.</exception>
    public static ScopeName Parse(string? cgroupsPath, string id, bool isUser)
    {
        string standard = isUser ? "user.slice" : "system.slice";
        if (string.IsNullOrEmpty(cgroupsPath))
            return new(standard, $"pscontainer-{id}.scope");
        if (cgroupsPath.Split(':') is not [var slice, var prefix, { Length: > 0 } name] || name.Contains('/', StringComparison.Ordinal))
        {
            throw new InvalidSpecException($"The cgroup path '{cgroupsPath}' is none for systemd, which wants SLICE:PREFIX:NAME.",
                "Write it as system.slice:pscontainer:web, or leave out --systemd-cgroup.")
            { Target = "linux.cgroupsPath" };
        }
        string unit = prefix.Length > 0 ? $"{prefix}-{name}.scope" : $"{name}.scope";
        var scope = new ScopeName(slice.Length > 0 ? slice : standard, unit);
        _ = scope.SlicePath;
        if (unit.Length > LongestUnit || !unit.All(IsUnitCharacter))
            throw Bad(unit, "name of a unit");
        return scope;
    }

    /// <summary>
    /// The slice's cgroup below its manager's: <c>a-b.slice</c> is in <c>a.slice</c> (systemd.slice(5)); empty for the root slice.
    /// </summary>
    /// <exception cref="InvalidSpecException">It is no slice's name.</exception>
    public string SlicePath
    {
        get
        {
            const string Suffix = ".slice";
            if (Slice == $"-{Suffix}")
                return "";
            string name = Slice.EndsWith(Suffix, StringComparison.Ordinal) ? Slice[..^Suffix.Length] : "";
            string[] parts = name.Split('-');
            if (parts.Any(part => part.Length == 0) || !name.All(IsUnitCharacter))
                throw Bad(Slice, "name of a slice");
            return string.Concat(parts.Select((_, i) => $"/{string.Join('-', parts[..(i + 1)])}{Suffix}"));
        }
    }

    private static bool IsUnitCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is ':' or '-' or '_' or '.' or '\\' or '@';

    private static InvalidSpecException Bad(string name, string what) =>
        new($"'{name}' is no {what}.", "It has letters, digits and : - _ . \\ @ only.") { Target = "linux.cgroupsPath" };
}
