using PSContainer.Cgroups.Hierarchies;

namespace PSContainer.Cgroups;

/// <summary>A cgroup below a container's, in one hierarchy of v1 or in all.</summary>
/// <param name="Controllers">The controllers whose hierarchies are meant; none: all that have it.</param>
/// <param name="Path">Its path below the container's cgroup.</param>
public sealed record SubCgroup(IReadOnlyList<string> Controllers, string Path)
{
    /// <summary>Reads <c>PATH</c> or <c>CONTROLLER[,CONTROLLER]...:PATH</c>.</summary>
    /// <exception cref="InvalidSpecException">A path leads out of the container's cgroup.</exception>
    public static IReadOnlyList<SubCgroup> Parse(IReadOnlyList<string> words) => [.. words.Select(Parse)];

    private static SubCgroup Parse(string word)
    {
        int colon = word.IndexOf(':', StringComparison.Ordinal);
        string path = word[(colon + 1)..];
        if (path.Any(char.IsControl))
            throw new InvalidSpecException($"bad sub cgroup path: {path} has a control character", "Name a cgroup below the container's own.") { Target = word };
        if (path.Split('/').Contains(".."))
        {
            throw new InvalidSpecException($"bad sub cgroup path: {path} is not a sub cgroup path (`..` components are not allowed)", "Name a cgroup below the container's own.")
            { Target = word };
        }
        return new SubCgroup(colon < 0 ? [] : word[..colon].Split(','), path.Trim('/'));
    }

    /// <summary>The directories that a process enters.</summary>
    /// <param name="host">Where controllers are.</param>
    /// <param name="directories">The container's own directories, one a hierarchy.</param>
    /// <param name="asked">The cgroups asked for.</param>
    /// <exception cref="InvalidSpecException">There is no such controller or cgroup.</exception>
    internal static IReadOnlyList<string> Resolve(CgroupHost host, IReadOnlyList<string> directories,
        IReadOnlyList<SubCgroup> asked)
    {
        if (asked.Count == 0)
            return directories;
        string[] entered = [.. directories];
        foreach (SubCgroup sub in asked)
        {
            bool[] isMeant =
                [.. directories.Select(directory => sub.Controllers.Count == 0
                || sub.Controllers.Any(name => IsOf(host, directory, name)))];
            if (sub.Controllers.FirstOrDefault(name => !directories.Any(directory => IsOf(host, directory, name))) is { } missing)
                throw new InvalidSpecException($"unknown controller {missing} in --cgroup",
                    "Name a controller whose hierarchy the container is in.") { Target = missing };
            if (sub.Path.Length == 0)
                continue;
            // A container makes cgroups in the hierarchies that it wants; in the others the process is where the container is.
            bool isSomewhere = false;
            for (int i = 0; i < entered.Length; i++)
            {
                string directory = $"{directories[i]}/{sub.Path}";
                if (!isMeant[i] || !(Directory.Exists(directory) || sub.Controllers.Count > 0))
                    continue;
                entered[i] = Require(directory);
                isSomewhere = true;
            }
            if (!isSomewhere && directories.Count > 0)
                Require($"{directories[0]}/{sub.Path}");
        }
        return entered;
    }

    private static string Require(string directory) => Directory.Exists(directory) ? directory : throw new InvalidSpecException(
        $"cannot enter a sub cgroup: error adding pid to {directory}/cgroup.procs: no such file or directory",
            "Make the cgroup first.")
    { Target = directory };

    private static bool IsOf(CgroupHost host, string directory, string controller) =>
        host.HierarchyOf(directory) is { } hierarchy
            && (hierarchy.Controllers.Contains(controller) || (controller.Length == 0 && hierarchy.IsUnified));
}
