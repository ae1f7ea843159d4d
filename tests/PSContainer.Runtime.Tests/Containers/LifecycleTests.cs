using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

[Trait("Kernel", "cgroup2")]
public sealed class LifecycleTests
{
    [RootFact]
    public void Run_hands_on_output_and_exit_code_and_leaves_nothing()
    {
        using var bundle = new TestBundle();
        Outcome outcome = bundle.RunShell("echo $$; echo oops >&2; exit 42");
        Assert.Equal(42, outcome.Code);
        Assert.Equal("1\n", outcome.Output);
        Assert.Equal("oops\n", outcome.Error);
        Assert.Empty(bundle.Leftovers());
    }

    [RootFact]
    public void Run_reports_a_signal_as_a_shell_does()
    {
        using var bundle = new TestBundle();
        bundle.Spec = bundle.Spec with { Annotations = new Dictionary<string, string> { [Spec.Annotation.Init] = "true" } };
        Assert.Equal(128 + 9, bundle.RunShell("kill -9 $$").Code);
    }

    [RootFact]
    public void A_container_goes_through_all_states()
    {
        using var bundle = new TestBundle();
        bundle.Create("sleep", "1000");
        Assert.Equal("created", bundle.Status);
        TestBundle.Succeed(bundle.Invoke("start", bundle.Id));
        Assert.Equal("running", bundle.Status);
        Assert.Equal(1, bundle.Invoke("delete", bundle.Id).Code);
        Assert.Equal(1, bundle.Invoke("start", bundle.Id).Code);
        Assert.Contains(bundle.Id, bundle.Invoke("list", "-q").Lines);
        TestBundle.Succeed(bundle.Invoke("kill", bundle.Id, "KILL"));
        TestBundle.Eventually(() => bundle.Status == "stopped", "stopped");
        Assert.Equal(0, bundle.Pid);
        TestBundle.Succeed(bundle.Invoke("delete", bundle.Id));
        Assert.Empty(bundle.Leftovers());
        Assert.Equal(1, bundle.Invoke("state", bundle.Id).Code);
    }

    [RootFact]
    public void A_container_that_was_never_started_may_be_deleted()
    {
        using var bundle = new TestBundle();
        bundle.Create("sleep", "1000");
        TestBundle.Succeed(bundle.Invoke("delete", bundle.Id));
        Assert.Empty(bundle.Leftovers());
    }

    [RootFact]
    public void The_command_of_a_created_container_has_not_run()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.Create("/bin/sh", "-c", "touch /ran; sleep 1000");
        Assert.False(File.Exists(Path.Combine(bundle.Rootfs, "ran")));
        TestBundle.Succeed(bundle.Invoke("start", bundle.Id));
        TestBundle.Eventually(() => File.Exists(Path.Combine(bundle.Rootfs, "ran")), "the command ran");
    }

    [RootFact]
    public void An_id_is_taken_once()
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        Outcome second = bundle.Invoke("run", "-b", bundle.Bundle, bundle.Id);
        Assert.Equal(1, second.Code);
        Assert.Contains("exists already", second.Error, StringComparison.Ordinal);
        Assert.Equal("running", bundle.Status);
    }

    [RootFact]
    public void Signals_to_run_reach_the_command()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = ["/bin/sh", "-c", "trap 'echo got; exit 7' TERM; echo ready; while :; do sleep 0.1; done"] };
        bundle.Write();
        using System.Diagnostics.Process run = bundle.StartProcess("run", "-b", bundle.Bundle, bundle.Id);
        Assert.Equal("ready", run.StandardOutput.ReadLine());
        using Kernel.FileHandle handle = Kernel.Pidfd.Open(run.Id)!;
        Kernel.Pidfd.SendSignal(handle.Fd, 15);
        Assert.Equal("got", run.StandardOutput.ReadLine());
        Assert.True(run.WaitForExit(60_000));
        Assert.Equal(7, run.ExitCode);
    }

    [RootFact]
    public void Exec_enters_with_the_same_protections()
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        Outcome outcome = bundle.Exec("/bin/sh", "-c", "cat /proc/self/status; readlink /proc/self/ns/pid; readlink /proc/1/ns/pid; exit 5");
        Assert.Equal(5, outcome.Code);
        string[] own = [.. File.ReadLines($"/proc/{bundle.Pid}/status")];
        foreach (string field in new[] { "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp", "Uid", "Gid" })
        {
            string line = Assert.Single(own, one => one.StartsWith(field + ":", StringComparison.Ordinal));
            Assert.Contains(line, outcome.Lines);
        }
        Assert.Equal(outcome.Lines[^1], outcome.Lines[^2]);
    }

    [RootFact]
    public void Exec_tells_a_missing_command_from_one_that_cannot_run()
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        foreach ((string command, int code, string phrase) in new[]
        {
            ("/no/such", 127, "no such file or directory"), ("no-such", 127, "executable file not found in $PATH"),
            ("/etc/passwd", 126, "permission denied"),
        })
        {
            Outcome outcome = bundle.Exec(command);
            Assert.Equal(255, outcome.Code);
            Assert.Contains(phrase, outcome.Error, StringComparison.Ordinal);
            Assert.Equal(code, bundle.Invoke("exec", "--die-with-parent", bundle.Id, command).Code);
        }
        Outcome missing = bundle.Invoke("exec", "no-such-container", "true");
        Assert.Equal(255, missing.Code);
        Assert.Contains("container does not exist", missing.Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void Exec_counts_against_the_limits_of_the_container()
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        string own = File.ReadAllText($"/proc/{bundle.Pid}/cgroup");
        using System.Diagnostics.Process exec = bundle.StartProcess("exec", "--pid-file", Path.Combine(bundle.Bundle, "pid"), bundle.Id, "sleep", "1000");
        TestBundle.Eventually(() => File.Exists(Path.Combine(bundle.Bundle, "pid")), "the pid file");
        string pid = File.ReadAllText(Path.Combine(bundle.Bundle, "pid"));
        Assert.Equal(own, File.ReadAllText($"/proc/{pid}/cgroup"));
        // Before that its end is no command's, but a start that failed.
        TestBundle.Eventually(() => File.ReadAllText($"/proc/{pid}/comm").Trim() == "sleep", "the command");
        TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
        Assert.True(exec.WaitForExit(60_000));
        Assert.Equal(128 + 9, exec.ExitCode);
    }
}
