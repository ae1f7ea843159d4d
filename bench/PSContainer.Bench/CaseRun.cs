namespace PSContainer.Bench;

/// <summary>Measures one case: in each round every contestant starts one container, in an order drawn anew.</summary>
/// <remarks>
/// The order matters because what a container leaves to the kernel, such as the removal of its network namespace, is done while
/// the next one starts.
/// </remarks>
internal sealed class CaseRun(Setup setup, Contestant[] contestants)
{
    private const int WarmUpRounds = 3;
    private readonly Random random = new(20260101);
    private int started;

    /// <summary>Measures a case.</summary>
    public Samples[] Run(BenchCase one)
    {
        BundleWriter.Write(setup, one.Bundle);
        Samples[] all = [.. contestants.Select(contestant => new Samples(contestant))];
        for (int round = -WarmUpRounds; round < setup.Rounds; round++)
        {
            Samples[] order = [.. all];
            random.Shuffle(order);
            foreach (Samples samples in order)
            {
                if (samples.Failures > 0)
                    continue;
                if (round < 0)
                    WarmUp(samples, one.Bundle);
                else
                    Measure(samples, one);
            }
        }
        return all;
    }

    private void Measure(Samples samples, BenchCase one)
    {
        string id = NewId();
        string[] arguments = samples.Contestant.Arguments(one.Bundle, id);
        if (one.Pause > TimeSpan.Zero)
            Thread.Sleep(one.Pause);
        Start start = Starter.Start(arguments);
        if (start.ExitCode == 0)
            samples.Add(start.Milliseconds);
        else
            Fail(samples, id, $"exit code {start.ExitCode}");
    }

    private void WarmUp(Samples samples, Bundle bundle)
    {
        string id = NewId();
        string errors = Path.Combine(setup.Work, "stderr");
        Start start = Starter.Start(samples.Contestant.Arguments(bundle, id), errors);
        if (start.ExitCode != 0)
            Fail(samples, id, $"exit code {start.ExitCode}: {File.ReadLines(errors).FirstOrDefault()}");
    }

    private static void Fail(Samples samples, string id, string reason)
    {
        samples.AddFailure(reason);
        if (samples.Contestant.Delete is { } delete)
            Starter.Start(delete(id));
    }

    private string NewId() => $"psc-bench-{Environment.ProcessId}-{++started}";
}
