using System.Runtime.CompilerServices;
using PSContainer.Cgroups;
using PSContainer.Proc;

namespace PSContainer.Views;

/// <summary>Cgroups as the branches of a tree.</summary>
public static class CgroupTree
{
    private const int MostProcesses = 8;
    private static readonly ConditionalWeakTable<Cgroup, string> s_prefixes = [];

    /// <summary>The name after the lines of the tree that lead to it; the path where it was listed alone.</summary>
    public static string Branch(Cgroup cgroup) => s_prefixes.TryGetValue(cgroup, out string? prefix)
        ? prefix.Length == 0 ? ViewText.Plain(cgroup.Path) : prefix + ViewText.Plain(cgroup.Name)
        : ViewText.Plain(cgroup.Path);

    /// <summary>The processes in the cgroup itself, the first few by name.</summary>
    public static string Processes(Cgroup cgroup)
    {
        IReadOnlyList<int> ids = cgroup.GetProcessIds(recurse: false);
        IEnumerable<string> named = ids.Take(MostProcesses)
            .Select(id => $"{ViewText.Plain(ProcStatus.Read(id)?.Name ?? "?")} ({id})");
        return string.Join(", ", named) + (ids.Count > MostProcesses ? $" and {ids.Count - MostProcesses} more" : "");
    }

    internal static void Remember(Cgroup cgroup, string prefix) => s_prefixes.AddOrUpdate(cgroup, prefix);
}
