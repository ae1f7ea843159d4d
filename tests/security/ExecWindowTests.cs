using System.Diagnostics;
using PSContainer.Tests;

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
        int executed = Race.Run(() => TestBundle.Succeed(bundle.Exec("true")), static count => count > 5);
        Assert.True(executed > 5, $"only {executed} processes were executed");
        Assert.Equal("", bundle.Exec("sh", "-c", "cat /tmp/escaped 2>/dev/null").Output);
    }

    [RootCommandFact("strace")]
    [Trait("Attack", "C-01")]
    public void A_container_that_ends_while_it_is_entered_is_not_mistaken_for_the_host()
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        // The runtime is stopped where it looks at the namespaces; meanwhile the container ends.
        string log = Path.Combine(bundle.Bundle, "trace");
        using Process exec = Process.Start(new ProcessStartInfo("strace",
        [
            "-f", "-qq", "-o", log, "-P", "/proc/self/ns/mnt", "-e", "trace=readlink,readlinkat", "-e", "inject=readlink,readlinkat:signal=SIGSTOP:when=1",
            TestRepository.Executable, "--root", bundle.StateRoot, "exec", bundle.Id, "sh", "-c", "echo ran in $(readlink /proc/self/ns/mnt)",
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        StreamText output = new(exec.StandardOutput), error = new(exec.StandardError);
        TestBundle.Eventually(() => File.Exists(log) && File.ReadAllText(log).Contains("stopped by SIGSTOP", StringComparison.Ordinal), "it is stopped");
        string pid = File.ReadAllText($"/proc/{exec.Id}/task/{exec.Id}/children").Trim();
        TestBundle.Succeed(bundle.Invoke("kill", bundle.Id, "KILL"));
        TestBundle.Eventually(() => bundle.Status == "stopped", "stopped");
        TestBundle.Succeed(HostCommand.Try("kill", "-CONT", pid));
        Assert.True(exec.WaitForExit(60_000));
        Assert.Equal("", output.ReadSoon());
        Assert.Contains("errorId=", error.ReadSoon(), StringComparison.Ordinal);
    }
}
