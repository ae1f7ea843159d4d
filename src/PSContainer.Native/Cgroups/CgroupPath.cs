namespace PSContainer.Cgroups;

/// <summary>The rule for cgroup paths of a configuration.</summary>
internal static class CgroupPath
{
    private const int MaxName = 255;

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
