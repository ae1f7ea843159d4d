namespace PSContainer.Bench;

/// <summary>Prints what was measured as Markdown.</summary>
internal static class Report
{
    /// <summary>What the contestants are, and what some of them leave out.</summary>
    public static void Preamble(Setup setup, IReadOnlyList<string> missing)
    {
        Console.WriteLine($"""
            Each start runs `{Setup.Command}` of a static busybox in new namespaces of every type but user and time, and is
            timed in milliseconds from before posix_spawn until it is reaped. {setup.Rounds} rounds; in each every runtime starts
            one, in an order drawn anew. `bwrap` makes the same namespaces and about the same mounts, but no cgroup, no
            device or system call filter and no masked paths. The floor, `unshare --fork --mount-proc`, makes the
            namespaces and mounts /proc, nothing else: no root filesystem of its own, no /dev, no cgroup, no filter, no
            capabilities dropped. What a start takes depends on what ran before it: moving a process by `cgroup.procs`,
            as crun and runc do, waits for the kernel unless another just did.
            """);
        if (missing.Count > 0)
            Console.WriteLine($"\nNot on this machine and left out: {string.Join(", ", missing)}.");
    }

    /// <summary>One case's table.</summary>
    public static void Table(BenchCase one, Samples[] all)
    {
        Samples? crun = Find(all, Contestant.Reference), floor = Find(all, Contestant.Floor);
        Console.WriteLine($"\n**{Capital(one.Title)}**\n");
        Console.WriteLine("| runtime | min | p10 | median | min / crun | p10 / crun | min / floor |");
        Console.WriteLine("| --- | --: | --: | --: | --: | --: | --: |");
        foreach (Samples each in all)
        {
            Console.WriteLine(each.IsValid
                ? $"| {each.Contestant.Name} | {each.Minimum:F2} | {each.P10:F2} | {each.Median:F2} " +
                    $"| {Ratio(each.Minimum, crun?.Minimum)} | {Ratio(each.P10, crun?.P10)} " +
                    $"| {Ratio(each.Minimum, floor?.Minimum)} |"
                : $"| {each.Contestant.Name} | failed: {each.Failure?.Replace('|', '/')} | | | | | |");
        }
    }

    /// <summary>A contestant's samples, if all its starts went well.</summary>
    public static Samples? Find(Samples[] all, string name) =>
        all.FirstOrDefault(one => one.Contestant.Name == name && one.IsValid);

    private static string Ratio(double value, double? other) => other is { } known ? $"{value / known:F2}" : "-";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
