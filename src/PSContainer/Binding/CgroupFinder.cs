using System.Management.Automation;
using PSContainer.Cgroups;
using PSContainer.Containers;

namespace PSContainer.Binding;

/// <summary>A cgroup that is meant, and the container through which it was named, if it was.</summary>
/// <param name="Cgroup">The cgroup.</param>
/// <param name="Container">The container; <see langword="null"/> when the cgroup itself was named.</param>
public sealed record CgroupTarget(Cgroup Cgroup, Container? Container)
{
    /// <summary>What came in, and goes on with <c>-PassThru</c>.</summary>
    public object Original => Container ?? (object)Cgroup;
}

/// <summary>Finds the cgroups that references mean.</summary>
/// <remarks>
/// A text is a path from the root, a directory of cgroupfs, a path below the cgroup delegated to the caller, else the name or
/// id of a container. In a pattern each part stands for one level, as with files.
/// </remarks>
internal static class CgroupFinder
{
    /// <summary>The one cgroup that is meant.</summary>
    /// <exception cref="ContainerException">There is none.</exception>
    internal static CgroupTarget FindOne(CgroupReference reference) => Find(reference)[0];

    /// <summary>All cgroups that are meant: at least one, unless it is a pattern.</summary>
    /// <exception cref="ContainerException">There is none.</exception>
    internal static IReadOnlyList<CgroupTarget> Find(CgroupReference reference)
    {
        if (reference.Container is { } container)
            return [OfContainer(container)];
        if (reference.Cgroup is { } cgroup)
            return cgroup.Exists ? [new(cgroup, null)] : throw NotFound(cgroup.Path);
        if (reference.IsPattern)
            return [.. Match(reference.Text).Select(one => new CgroupTarget(one, null))];
        if (TryOpen(reference.Text) is { } found)
            return [new(found, null)];
        return ContainerEngine.Default.Find(reference.Text) is { } named ? [OfContainer(named)] : throw NotFound(reference.Text);
    }

    /// <summary>The cgroup of a path or name; <see langword="null"/> when there is none.</summary>
    /// <exception cref="InvalidSpecException">It can be no path.</exception>
    internal static Cgroup? TryOpen(string text)
    {
        string path = Cgroup.ResolvePath(text);
        Cgroup cgroup = path == "/" ? Cgroup.OpenRoot() : Cgroup.Open(path);
        return cgroup.Exists ? cgroup : null;
    }

    /// <summary>The cgroups whose path matches a pattern, level by level.</summary>
    internal static IEnumerable<Cgroup> Match(string pattern)
    {
        string[] parts = Cgroup.ResolvePath(pattern).Split('/', StringSplitOptions.RemoveEmptyEntries);
        IEnumerable<Cgroup> level = [Cgroup.OpenRoot()];
        foreach (string part in parts)
        {
            var wanted = new WildcardPattern(part);
            level = level.SelectMany(one => one.GetChildren()).Where(one => wanted.IsMatch(one.Name));
        }
        return level;
    }

    internal static CgroupNotFoundException NotFound(string text) => new(text) { Target = text };

    private static CgroupTarget OfContainer(Container container) => new(container.GetCgroup(), container);
}
