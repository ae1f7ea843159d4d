namespace PSContainer.Runtime.Tests.Containers;

/// <summary>What the README's first command does where there is no PowerShell.</summary>
public sealed class DemoTests
{
    [RootFact]
    public void The_main_job_runs_without_PowerShell()
    {
        Outcome outcome = HostCommand.Try("/bin/bash", Path.Combine(TestRepository.Root, "build/demo.sh"), "--executable");

        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Contains("hostname  demo", outcome.Output, StringComparison.Ordinal);
        Assert.Matches(@"limits    memory\.(max|limit_in_bytes) = 536870912", outcome.Output);
        Assert.Contains("limits    pids.max = 64", outcome.Output, StringComparison.Ordinal);
    }
}
