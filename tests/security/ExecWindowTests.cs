using System.Diagnostics;

namespace PSContainer.Security.Tests;

/// <summary>
/// Between entering a container and its own execve a process of exec is visible inside. Nothing of the host may be reached
/// through it, and nobody inside may take it over before it is confined.
/// </summary>
[Trait("Category", "Container")]
public sealed class ExecWindowTests
{
    [RootTheory]
    [Trait("Attack", "B-02")]
    [Trait("CVE", "CVE-2016-9962")]
    [InlineData(null)]
    [InlineData(100)] // written through a procfs of the host, which is open for that
    public void Descriptors_of_a_process_that_enters_lead_nowhere(int? oomScore)
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.Process = bundle.Process with { OomScoreAdj = oomScore };
        using var host = new TestDirectory();
        string up = string.Concat(Enumerable.Repeat("/..", 12));
        bundle.AddMount("/tmp", "tmpfs", "tmpfs", "rw");
        bundle.Start("/bin/sh", "-c", $$"""
            while :; do
              for fd in /proc/[0-9]*/fd/*; do
                case $fd in /proc/1/*) continue;; esac
                echo "$(readlink $fd)" >>/tmp/seen
                if [ -e "$fd{{up}}{{host.Canary}}" ] || [ -e "$fd/sys/kernel/core_pattern" ] || [ -e "$fd/cgroup.procs" ]; then echo "$fd $(readlink $fd)" >>/tmp/escaped; fi
              done
            done 2>/dev/null
            """);
        int executed = Race.Run(() => TestBundle.Succeed(bundle.Exec("true")));
        Assert.True(executed > 5, $"only {executed} processes were executed");
        Assert.Equal("", bundle.Exec("sh", "-c", "cat /tmp/escaped 2>/dev/null").Output);
    }

    [RootCommandFact("strace")]
    [Trait("Attack", "C-01")]
    public void A_container_that_ends_while_it_is_entered_is_not_mistaken_for_the_host()
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        // The runtime is held up where it looks at the namespaces; meanwhile the container ends.
        using Process exec = Process.Start(new ProcessStartInfo("strace",
        [
            "-f", "-qq", "-o", "/dev/null", "-P", "/proc/self/ns/mnt", "-P", "/proc/self/ns/pid", "-e", "trace=readlink,readlinkat",
            "-e", "inject=readlink,readlinkat:delay_enter=1500000",
            TestRepository.Executable, "--root", bundle.StateRoot, "exec", bundle.Id, "sh", "-c", "echo ran in $(readlink /proc/self/ns/mnt)",
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Thread.Sleep(700);
        TestBundle.Succeed(bundle.Invoke("kill", bundle.Id, "KILL"));
        TestBundle.Eventually(() => bundle.Status == "stopped", "stopped");
        string error = exec.StandardError.ReadToEnd(), output = exec.StandardOutput.ReadToEnd();
        Assert.True(exec.WaitForExit(10_000));
        Assert.Equal("", output);
        Assert.Contains("errorId=", error, StringComparison.Ordinal);
    }
}
