namespace PSContainer.Bench;

/// <summary>
/// The commands of an engine, one by one: create, start, exec, kill, state and delete of a container with limits and a filter.
/// </summary>
/// <remarks>Each runtime in its turn goes through a whole life; the order of the runtimes is drawn anew for each round.</remarks>
internal sealed class LifecycleCase(Setup setup, Goals goals)
{
    /// <summary>The goal: never behind crun.</summary>
    public const double GoalToCrun = 1;

    private const int Kill = 9;
    private static readonly string[] s_steps = ["create", "start", "exec", "state", "kill", "delete", "create + start + delete"];

    private static readonly Bundle s_bundle = new("lifecycle", Seccomp: true, Limits: true) { Command = ["/bin/sleep", "600"] };

    private readonly Random _random = new(20260101);

    /// <summary>Measures all runtimes and prints a table for each command.</summary>
    public void Run(IReadOnlyList<OciRuntime> runtimes)
    {
        BundleWriter.Write(setup, s_bundle);
        var samples =
            runtimes.ToDictionary(runtime => runtime, _ =>
            s_steps.Select(step => new Samples(new Contestant(step, (_, _) => []))).ToArray());
        for (int round = -1; round < setup.Rounds; round++)
        {
            OciRuntime[] order = [.. runtimes];
            _random.Shuffle(order);
            foreach (OciRuntime runtime in order)
                Live(runtime, $"psc-bench-life-{Environment.ProcessId}-{round + 1}", round < 0 ? null : samples[runtime]);
        }
        Print(runtimes, samples);
    }

    private void Live(OciRuntime runtime, string id, Samples[]? samples)
    {
        if (samples?.Any(one => one.Failures > 0) == true)
            return;
        double[] times = new double[s_steps.Length];
        string? failure = null;
        string[][] commands =
        [
            ["create", "--bundle", BundleWriter.PathOf(setup, s_bundle), id], ["start", id], ["exec", id, Setup.Command],
                ["state", id],
            ["kill", id, $"{Kill}"], ["delete", id],
        ];
        for (int i = 0; i < commands.Length && failure is null; i++)
        {
            if (commands[i][0] == "delete")
                WaitForEnd(runtime, id);
            Start step = Starter.Start(runtime.Arguments(commands[i]));
            times[i] = step.Milliseconds;
            failure = step.ExitCode == 0 ? null : $"{commands[i][0]}: exit code {step.ExitCode}";
        }
        if (failure is not null)
            Starter.Start(runtime.Arguments("delete", "--force", id));
        times[^1] = times[0] + times[1] + times[5];
        for (int i = 0; i < s_steps.Length && samples is not null; i++)
        {
            if (failure is null)
                samples[i].Add(times[i]);
            else
                samples[i].AddFailure(failure);
        }
    }

    // A killed process takes a moment, which is nobody's merit: what delete itself takes is measured after it.
    private static void WaitForEnd(OciRuntime runtime, string id)
    {
        for (int i = 0; i < 200
            && !Starter.Read(runtime.Arguments("state", id)).Contains("\"stopped\"", StringComparison.Ordinal); i++)
            Thread.Sleep(5);
    }

    private void Print(IReadOnlyList<OciRuntime> runtimes, Dictionary<OciRuntime, Samples[]> samples)
    {
        Console.WriteLine("\n**The commands of an engine, with limits and the default seccomp profile**\n");
        Console.WriteLine($"| command | {string.Join(" | ", runtimes.Select(runtime => $"`{runtime.Name}` min / p10 / median"))} | min / crun | p10 / crun |");
        Console.WriteLine($"| --- |{string.Concat(runtimes.Select(_ => " --: |"))} --: | --: |");
        for (int i = 0; i < s_steps.Length; i++)
        {
            Samples ours = samples[runtimes[0]][i];
            Samples? crun = runtimes.FirstOrDefault(runtime => runtime.Name == "crun") is { } one && samples[one][i].IsValid
                ? samples[one][i] : null;
            string cells = string.Join(" | ", runtimes.Select(runtime => Cell(samples[runtime][i])));
            string minimum = crun is null || !ours.IsValid ? "-" : $"{ours.Minimum / crun.Minimum:F2}";
            string p10 = crun is null || !ours.IsValid ? "-" : $"{ours.P10 / crun.P10:F2}";
            Console.WriteLine($"| {s_steps[i]} | {cells} | {minimum} | {p10} |");
            bool? reached = crun is null || !ours.IsValid ? null : ours.Minimum <= crun.Minimum * GoalToCrun && ours.P10 <=
                crun.P10 * GoalToCrun;
            goals.Note($"`{s_steps[i]}`: never behind crun", $"{minimum}x (minimum), {p10}x (p10)", reached);
        }
    }

    private static string Cell(Samples samples) =>
        samples.IsValid ? $"{samples.Minimum:F2} / {samples.P10:F2} / {samples.Median:F2}"
            : $"failed: {samples.Failure?.Replace('|', '/')}";
}
