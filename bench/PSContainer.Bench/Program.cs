using System.Globalization;
using PSContainer;
using PSContainer.Bench;

// PSContainer.Bench RUNTIME ROOTFS WORK ROUNDS
// Measures every case and the monitors' memory and prints Markdown. Leaves rows about the goals in WORK/goals, and WORK/bundles.
if (args.Length != 4)
{
    Console.Error.WriteLine("usage: PSContainer.Bench RUNTIME ROOTFS WORK ROUNDS");
    return 64;
}
Setup setup = new(args[0], args[1], args[2], int.Parse(args[3], CultureInfo.InvariantCulture));
Goals goals = new(Path.Combine(setup.Work, "goals"));
List<string> missing = [];
CaseRun run = new(setup, Contestant.All(setup, missing));

Report.Preamble(setup, missing);
try
{
    foreach (BenchCase one in BenchCase.All)
    {
        Samples[] samples = run.Run(one);
        Report.Table(one, samples);
        goals.Note(one, samples);
    }
    IReadOnlyList<OciRuntime> runtimes = OciRuntime.All(setup);
    new LifecycleCase(setup, goals).Run(runtimes);
    new CrowdCase(setup, goals).Run(runtimes);
    MonitorMemory.Run(setup, goals);
    return 0;
}
catch (ContainerException error)
{
    Console.Error.WriteLine($"error: {error.Message}");
    return 1;
}
