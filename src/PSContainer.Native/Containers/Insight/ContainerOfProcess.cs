using System.Globalization;
using PSContainer.Kernel;
using PSContainer.Words;

namespace PSContainer.Containers.Insight;

/// <summary>Finds the container that a process of the host belongs to, by its cgroups.</summary>
internal static class ContainerOfProcess
{
    /// <summary>Looks for it.</summary>
    /// <returns>The container, or <see langword="null"/> when the process is in none, or gone.</returns>
    internal static Container? Find(ContainerEngine engine, int pid)
    {
        string[] paths = PathsOf(ProcFile.Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/cgroup")));
        if (paths.Length == 0)
            return null;
        foreach (Container container in engine.List())
        {
            string? own = container.Cgroup?.Path;
            if (own is { Length: > 1 } && paths.Any(path => PathWord.IsBelow(path, own)))
                return container;
        }
        return null;
    }

    /// <summary>The cgroup of each container that has one, and the container's name; none where the state directory is another user's.</summary>
    internal static IReadOnlyList<(string Path, string Name)> Places(ContainerEngine engine)
    {
        try
        {
            return [.. engine.List().Select(one => (Path: one.Cgroup?.Path ?? "/", one.Name)).Where(place => place.Path.Length > 1)];
        }
        catch (ContainerPermissionException)
        {
            // Processes are listed all the same: a container's name is only beside them.
            return [];
        }
    }

    /// <summary>Paths of the file, proc_pid_cgroup(5), without roots.</summary>
    internal static string[] PathsOf(string? text)
    {
        IEnumerable<string[]> lines = (text ?? "").Split('\n').Select(line => line.Split(':', 3));
        return [.. lines.Where(parts => parts.Length == 3 && parts[2].Length > 1).Select(parts => parts[2])];
    }
}
