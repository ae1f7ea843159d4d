using System.Globalization;
using PSContainer.Containers;
using PSContainer.Containers.Options;
using PSContainer.Kernel;

namespace PSContainer.Bench;

/// <summary>Measures what the monitors of many running containers take.</summary>
internal static class MonitorMemory
{
    private const int Count = 50;
    private const double GoalMegabytes = 0.35;

    /// <summary>Runs the containers, prints their monitors' memory and removes them.</summary>
    public static void Run(Setup setup, Goals goals)
    {
        ContainerEngine engine = new(setup.StateRoot, setup.Runtime);
        // They end with this process, however it ends.
        ContainerOptions options = new()
        {
            Rootfs = RootfsSource.Directory(setup.Rootfs),
            Command = ["/bin/sleep", "600"],
            SessionBound = true,
            RemoveOnExit = true,
        };
        List<Container> containers = [];
        double[] sizes;
        try
        {
            for (int i = 0; i < Count; i++)
                containers.Add(engine.Start(options));
            sizes = [.. containers.Select(one => PssKilobytes(MonitorOf(one))).Order()];
        }
        finally
        {
            foreach (Container container in containers)
                container.Remove(force: true);
        }
        double mean = sizes.Average();
        Console.WriteLine($"\n**Memory of a monitor while {Count} run**\n");
        Console.WriteLine("| PSS, kB | min | median | max | mean |");
        Console.WriteLine("| --- | --: | --: | --: | --: |");
        Console.WriteLine($"| `pscontainer monitor` | {sizes[0]:F0} | {sizes[Count / 2]:F0} | {sizes[^1]:F0} | {mean:F0} |");
        string measured = $"{sizes[^1] / 1000:F3} MB (largest of {Count})";
        goals.Note($"a monitor takes at most {GoalMegabytes} MB (PSS)", measured, sizes[^1] <= GoalMegabytes * 1000);
    }

    private static int MonitorOf(Container container) =>
        int.Parse(AtomicFile.Read(Path.Combine(container.StateDirectory, "monitor"), limit: 64), CultureInfo.InvariantCulture);

    // The kernel's kB are units of 1024 bytes.
    private static double PssKilobytes(int pid)
    {
        string line = File.ReadLines($"/proc/{pid}/smaps_rollup").First(one => one.StartsWith("Pss:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1.024;
    }
}
