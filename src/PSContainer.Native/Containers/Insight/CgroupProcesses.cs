using PSContainer.Cgroups;
using PSContainer.Words;

namespace PSContainer.Containers.Insight;

/// <summary>The processes of a cgroup, with the containers that they belong to.</summary>
public static class CgroupProcesses
{
    /// <summary>Its processes, as the host sees them.</summary>
    /// <param name="cgroup">The cgroup.</param>
    /// <param name="recurse">Whether those of the cgroups below it count too.</param>
    public static IReadOnlyList<ContainerProcess> GetProcesses(this Cgroup cgroup, bool recurse = false)
    {
        using var reader = new ContainerProcessReader("", Environment.ProcessId);
        // Many cgroups have no process, and then nobody asks for containers.
        var containers = new Lazy<IReadOnlyList<(string Path, string Name)>>(() => ContainerOfProcess.Places(ContainerEngine.Default));
        return [.. cgroup.GetProcessIds(recurse).Select(reader.Read).OfType<ContainerProcess>().Select(Placed)];

        ContainerProcess Placed(ContainerProcess one)
        {
            string path = recurse ? cgroup.PathOfProcess(one.Id) : cgroup.Path;
            return one with
            {
                Cgroup = path,
                Container = containers.Value.FirstOrDefault(container => PathWord.IsBelow(path, container.Path)).Name ?? "",
            };
        }
    }
}
