using System.Globalization;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Kernel;

namespace PSContainer.Cgroups.Limits;

/// <summary>
/// Names what a limit on CPU time contradicts: the burst of the same cgroup, and with v1 another cgroup (v2 takes the least of all).
/// </summary>
/// <remarks>
/// The kernel's rules, <c>tg_set_cfs_bandwidth</c> and <c>__cfs_schedulable</c> in kernel/sched/core.c: a burst is no longer than the
/// quota, and no cgroup has more than the nearest one above that has a limit.
/// </remarks>
internal static class CpuConflict
{
    private const string QuotaFile = "cpu.cfs_quota_us", PeriodFile = "cpu.cfs_period_us", BurstFile = "cpu.cfs_burst_us";
    private const string UnifiedFile = "cpu.max", UnifiedBurstFile = "cpu.max.burst";

    /// <summary>Whether a file's value can be in such a contradiction.</summary>
    internal static bool Concerns(string file) =>
        file is QuotaFile or PeriodFile or BurstFile or UnifiedFile or UnifiedBurstFile;

    /// <summary>Says what the kernel refused a value for, and what to do.</summary>
    /// <param name="directory">Directory of the cgroup in the hierarchy of cpu.</param>
    /// <param name="write">The value that it refused.</param>
    /// <returns>Two sentences; <see langword="null"/> when nothing stands in the way.</returns>
    internal static (string Why, string Advice)? Explain(string directory, CgroupWrite write)
    {
        if (ExplainBurst(directory, write) is { } burst)
        {
            return (burst, Advice.Choose("Change both: -CpuMax, with a -CpuBurst that is no longer.",
                "Change both: the quota, and a burst that is no longer."));
        }
        return ExplainOther(directory, write) is { } other
            ? (other, "Give the upper one of the two more CPU time, or the lower one less.")
            : null;
    }

    private static string? ExplainBurst(string directory, CgroupWrite write)
    {
        bool isUnified = write.File is UnifiedFile or UnifiedBurstFile;
        (string quotaFile, string burstFile) = isUnified ? (UnifiedFile, UnifiedBurstFile) : (QuotaFile, BurstFile);
        // With v2 the period follows.
        long? quota = SmallFile.ParseNumber(ValueOf(quotaFile).Trim().Split(' ')[0]);
        long? burst = SmallFile.ParseNumber(ValueOf(burstFile));
        return quota > 0 && burst > quota ? $"the burst of {burst} microseconds is longer than the quota of {quota}" : null;

        string ValueOf(string file) => write.File == file ? write.Value : SmallFile.Read($"{directory}/{file}") ?? "";
    }

    private static string? ExplainOther(string directory, CgroupWrite write)
    {
        if (write.File is not (QuotaFile or PeriodFile))
            return null;
        if (SmallFile.ParseNumber(write.Value) is not (> 0 and var value))
            return null;
        double? asked = write.File == QuotaFile
            ? Share(value, SmallFile.ReadNumber($"{directory}/cpu.cfs_period_us"))
            : Share(SmallFile.ReadNumber($"{directory}/{QuotaFile}"), value);
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
        Share(SmallFile.ReadNumber($"{directory}/{QuotaFile}"), SmallFile.ReadNumber($"{directory}/cpu.cfs_period_us"));

    private static double? Share(long? quota, long? period) => quota > 0 && period > 0 ? (double)quota / period : null;

    private static string Cpus(double cpus) => string.Create(CultureInfo.InvariantCulture, $"{cpus:0.##} CPUs");
}
