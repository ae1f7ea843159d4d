using System.Globalization;

namespace PSContainer.Cgroups;

/// <summary>Names the cgroup whose CPU time v1 finds another's in contradiction with; v2 takes the least of all and has none.</summary>
/// <remarks>
/// The kernel's rule, <c>__cfs_schedulable</c> in kernel/sched/core.c: no cgroup has more than the nearest one above that has a limit.
/// </remarks>
internal static class CpuConflict
{
    private const string QuotaFile = "cpu.cfs_quota_us";

    /// <summary>Whether a file's value can be in such a contradiction.</summary>
    internal static bool Concerns(string file) => file is QuotaFile or "cpu.cfs_period_us";

    /// <summary>Says which cgroup the kernel refused a value for.</summary>
    /// <param name="directory">Directory of the cgroup in v1's hierarchy of cpu.</param>
    /// <param name="write">The value that it refused.</param>
    /// <returns>A sentence; <see langword="null"/> when no cgroup stands in the way.</returns>
    internal static string? Explain(string directory, CgroupWrite write)
    {
        if (CgroupFile.ParseNumber(write.Value) is not (> 0 and var value))
            return null;
        double? asked = write.File == QuotaFile
            ? Share(value, CgroupFile.ReadNumber($"{directory}/cpu.cfs_period_us"))
            : Share(CgroupFile.ReadNumber($"{directory}/{QuotaFile}"), value);
        if (asked is not { } cpus)
            return null;
        for (string? above = Path.GetDirectoryName(directory); above is not null; above = Path.GetDirectoryName(above))
        {
            if (ShareOf(above) is { } most && cpus > most)
                return $"the cgroup '{above}' above has {Cpus(most)}, and v1 takes no more than that below it";
        }
        return LargestBelow(directory) is { } below && below.Cpus > cpus
            ? $"the cgroup '{below.Directory}' below has {Cpus(below.Cpus)}, and v1 takes no less than that above it"
            : null;
    }

    private static (string Directory, double Cpus)? LargestBelow(string directory)
    {
        (string Directory, double Cpus)? largest = null;
        try
        {
            foreach (string below in Directory.EnumerateDirectories(directory, "*", SearchOption.AllDirectories))
            {
                if (ShareOf(below) is { } cpus && (largest is null || cpus > largest.Value.Cpus))
                    largest = (below, cpus);
            }
        }
        catch (IOException)
        {
            // One of them went meanwhile; what was seen until then is still true.
        }
        return largest;
    }

    private static double? ShareOf(string directory) =>
        Share(CgroupFile.ReadNumber($"{directory}/{QuotaFile}"), CgroupFile.ReadNumber($"{directory}/cpu.cfs_period_us"));

    private static double? Share(long? quota, long? period) => quota > 0 && period > 0 ? (double)quota / period : null;

    private static string Cpus(double cpus) => string.Create(CultureInfo.InvariantCulture, $"{cpus:0.##} CPUs");
}
