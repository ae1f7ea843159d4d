namespace PSContainer.Cgroups.Hierarchies;

/// <summary>The rule for cgroup paths of a configuration.</summary>
internal static class CgroupPath
{
    /// <summary>The path of a container whose configuration names none: below no common parent that two could race for.</summary>
    internal static string Default(string id) => $"/pscontainer-{id}";

    /// <summary>Directories that a container of the default path has now, one a hierarchy.</summary>
    internal static IReadOnlyList<string> FindDefault(CgroupHost host, string id)
    {
        CgroupDelegation delegation = CgroupDelegation.Of(host);
        var found = new List<string>();
        foreach (CgroupHierarchy hierarchy in host.Hierarchies)
        {
            if (delegation.ParentIn(hierarchy) is { } parent && Directory.Exists(parent + Default(id)))
                found.Add(parent + Default(id));
        }
        return found;
    }

    private const int MaxName = 255;

    /// <summary>The path for a container whose configuration was another's: that one's id in it becomes its own.</summary>
    internal static string? ForContainer(string? path, string id)
    {
        string own = Default(id);
        if (path is null || path.Length < own.Length)
            return path;
        string last = path[^own.Length..];
        bool isAnothers = last.StartsWith(Default(""), StringComparison.Ordinal)
            && !last.AsSpan(Default("").Length).ContainsAnyExcept("0123456789abcdef");
        return isAnothers ? path[..^own.Length] + own : path;
    }

    /// <summary>The path without slashes at its ends.</summary>
    /// <exception cref="InvalidSpecException">It is empty, leads out of the hierarchy or holds what no name can.</exception>
    internal static string Normalize(string path)
    {
        string[] names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (names.Length == 0)
            throw Bad(path, "is empty");
        foreach (string name in names)
        {
            if (name is "." or "..")
                throw Bad(path, $"has the part '{name}'");
            if (name.Length > MaxName)
                throw Bad(path, $"has a part of {name.Length} characters ({MaxName} at most)");
            if (name.Any(char.IsControl))
                throw Bad(path, "has a control character");
        }
        return string.Join('/', names);
    }

    private static InvalidSpecException Bad(string path, string why) =>
        new($"The cgroup path '{path}' {why}.", "Give a path such as /pscontainer-web: names and slashes.")
        { Target = "cgroupsPath" };
}
