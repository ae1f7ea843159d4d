using PSContainer.Cgroups.Hierarchies;
using PSContainer.Kernel;
using PSContainer.Words;

namespace PSContainer.Cgroups.Limits;

/// <summary>Names the other cgroup that a list of processors or memory nodes contradicts.</summary>
/// <remarks>
/// The kernel's rule for v1, <c>validate_change</c> in kernel/cgroup/cpuset.c: a cgroup has no less than each below it (EBUSY)
/// and no more than the one above (EACCES). With v2 each has what is left.
/// </remarks>
internal static class CpusetConflict
{
    /// <summary>Whether a file's value can be in such a contradiction.</summary>
    internal static bool Concerns(string file) => file is "cpuset.cpus" or "cpuset.mems";

    /// <summary>Says what the kernel refused a value for, and what to do.</summary>
    /// <param name="directory">Directory of the cgroup in the hierarchy of cpuset.</param>
    /// <param name="write">The value that it refused.</param>
    /// <param name="errno">How.</param>
    /// <returns>Two sentences; <see langword="null"/> when nothing stands in the way.</returns>
    internal static (string Why, string Advice)? Explain(string directory, CgroupWrite write, int errno)
    {
        if (NumbersOf(write.Value) is not { } asked)
            return null;
        if (errno == Errno.EBUSY && Below(directory, write.File, asked) is { } below)
        {
            return ($"the cgroup '{below.Directory}' below has {below.Numbers}, and v1 takes nothing away that one below it has",
                "Change the lower one first, or let this one keep what that one has.");
        }
        string above = Path.GetDirectoryName(directory)!;
        return errno == Errno.EACCES && Read(above, write.File) is { } most
            && NumbersOf(most) is { } has && !asked.IsSubsetOf(has)
            ? ($"the cgroup '{above}' above has only {most}", "Choose from those, or give the upper one more.")
            : null;
    }

    private static (string Directory, string Numbers)? Below(string directory, string file, SortedSet<int> asked)
    {
        try
        {
            foreach (string below in Directory.EnumerateDirectories(directory))
            {
                if (Read(below, file) is { } numbers && NumbersOf(numbers) is { } has && !has.IsSubsetOf(asked))
                    return (below, numbers);
            }
        }
        catch (IOException)
        {
            // It went meanwhile.
        }
        return null;
    }

    private static string? Read(string directory, string file) =>
        SmallFile.Read($"{directory}/{file}")?.Trim() is { Length: > 0 } text ? text : null;

    private static SortedSet<int>? NumbersOf(string text)
    {
        try
        {
            return NumberList.Read(text.Trim());
        }
        catch (InvalidSpecException)
        {
            return null;
        }
    }
}
