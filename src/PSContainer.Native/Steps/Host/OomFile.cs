using PSContainer.Cgroups.Hierarchies;

namespace PSContainer.Steps.Host;

/// <summary>The cgroup file that counts processes killed for memory: what the monitor reads at the end.</summary>
internal static class OomFile
{
    /// <summary>Its path, or <see langword="null"/> without a memory controller.</summary>
    public static string? PathOf(CgroupHost host, IReadOnlyList<string> directories)
    {
        foreach (string directory in directories)
        {
            if (host.HierarchyOf(directory) is { } hierarchy && hierarchy.Controllers.Contains("memory"))
                return hierarchy.IsUnified ? $"{directory}/memory.events" : $"{directory}/memory.oom_control";
        }
        return null;
    }
}
