using System.Diagnostics;
using System.Globalization;

namespace PSContainer.Bench;

/// <summary>
/// Many containers at once: how fast they come, what memory they are charged, and how long <c>list</c> takes then.
/// </summary>
internal sealed class CrowdCase(Setup setup, Goals goals)
{
    private const int Count = 200, ListRounds = 10;

    private static readonly Bundle s_bundle = new("crowd") { Command = ["/bin/sleep", "600"] };

    /// <summary>Measures all runtimes, one after another, and prints a table.</summary>
    public void Run(IReadOnlyList<OciRuntime> runtimes)
    {
        BundleWriter.Write(setup, s_bundle);
        var results = runtimes.Select(Measure).ToList();
        Console.WriteLine($"\n**{Count} containers at once**, started one after another by `run --detach`\n");
        Console.WriteLine("| runtime | starts a second | charged to their cgroups, MB | `list`, ms (min) | `delete --force` a second |");
        Console.WriteLine("| --- | --: | --: | --: | --: |");
        foreach ((OciRuntime runtime, Crowd? crowd) in runtimes.Zip(results))
        {
            Console.WriteLine(crowd is null
                ? $"| `{runtime.Name}` | failed | | | |"
                : $"| `{runtime.Name}` | {crowd.Starts:F0} | {crowd.Megabytes:F1} | {crowd.List:F2} | {crowd.Deletes:F0} |");
        }
        Crowd? ours = results[0], crun = runtimes.Zip(results).FirstOrDefault(one => one.First.Name == "crun").Second;
        Note("starts a second", crun is null ? null : ours?.Starts / crun.Starts, isMoreBetter: true);
        Note("memory", crun is null ? null : ours?.Megabytes / crun.Megabytes, isMoreBetter: false);
        Note("`list`", crun is null ? null : ours?.List / crun.List, isMoreBetter: false);
        Note("deletes a second", crun is null ? null : ours?.Deletes / crun.Deletes, isMoreBetter: true);
    }

    private void Note(string what, double? ratio, bool isMoreBetter) => goals.Note(
        $"{Count} containers, {what}: never behind crun", ratio is null ? "-" : $"{ratio:F2}x",
        ratio is null ? null : isMoreBetter ? ratio >= 1 : ratio <= 1.02);

    private Crowd? Measure(OciRuntime runtime)
    {
        string[] ids = [.. Enumerable.Range(0, Count).Select(number => $"psc-bench-crowd-{Environment.ProcessId}-{number}")];
        bool succeeded = true;
        double starts = Rate(() =>
        {
            foreach (string id in ids)
                succeeded &=
                    Starter.Start(runtime.Arguments("run", "--detach", "--bundle", BundleWriter.PathOf(setup, s_bundle),
                    id)).ExitCode == 0;
        });
        double megabytes = ids.Sum(id => Megabytes(runtime, id));
        double list = Enumerable.Range(0, ListRounds).Min(_ => Starter.Start(runtime.Arguments("list")).Milliseconds);
        double deletes = Rate(() =>
        {
            foreach (string id in ids)
                succeeded &= Starter.Start(runtime.Arguments("delete", "--force", id)).ExitCode == 0;
        });
        return succeeded ? new Crowd(starts, megabytes, list, deletes) : null;
    }

    private static double Rate(Action action)
    {
        long before = Stopwatch.GetTimestamp();
        action();
        return Count / Stopwatch.GetElapsedTime(before).TotalSeconds;
    }

    // What the kernel charges to a container's memory cgroup: its processes, and what of the kernel was made inside.
    private static double Megabytes(OciRuntime runtime, string id)
    {
        string pid = Starter.Read(runtime.Arguments("state", id)).Split("\"pid\":")[1].Split(',')[0].Trim();
        string path =
            File.ReadLines($"/proc/{pid}/cgroup").First(line =>
            line.Contains(":memory:", StringComparison.Ordinal)).Split(':')[2];
        return double.Parse(File.ReadAllText($"/sys/fs/cgroup/memory{path}/memory.usage_in_bytes"),
            CultureInfo.InvariantCulture) / 1e6;
    }

    private sealed record Crowd(double Starts, double Megabytes, double List, double Deletes);
}
