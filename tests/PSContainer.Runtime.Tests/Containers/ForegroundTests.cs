using System.Diagnostics;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

/// <summary>What other commands do with a container while <c>run</c> waits for it.</summary>
[Trait("Category", "Container")]
public sealed class ForegroundTests
{
    [RootFact]
    [Trait("Kernel", "cgroup2")]
    public void Other_commands_change_and_remove_it_meanwhile()
    {
        using var bundle = new TestBundle();
        using Process run = Run(bundle);
        TestBundle.Succeed(bundle.Invoke("update", "--pids-limit", "77", bundle.Id));
        TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
        Assert.True(run.WaitForExit(60_000));
        Assert.Equal(128 + 9, run.ExitCode);
        Assert.Equal("", run.StandardError.ReadToEnd());
        Assert.Empty(bundle.Leftovers());
    }

    [RootFact]
    public void It_leaves_another_that_has_got_its_id()
    {
        using var bundle = new TestBundle();
        using Process run = Run(bundle);
        TestBundle.Succeed(HostCommand.Try("kill", "-STOP", $"{run.Id}"));
        try
        {
            TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
            bundle.Start("sleep", "1000");
        }
        finally
        {
            HostCommand.Try("kill", "-CONT", $"{run.Id}");
        }
        Assert.True(run.WaitForExit(60_000));
        Assert.Equal("running", bundle.Status);
    }

    private static Process Run(TestBundle bundle)
    {
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
        bundle.Write();
        Process run = bundle.StartProcess("run", "-b", bundle.Bundle, bundle.Id);
        run.StandardInput.Close();
        TestBundle.Eventually(() => bundle.Invoke("state", bundle.Id) is { Code: 0 } && bundle.Status == "running", "it runs");
        return run;
    }
}
