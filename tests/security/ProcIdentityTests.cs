using System.Text.RegularExpressions;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Security.Tests;

/// <summary>B-10 to B-12: /proc inside is not the procfs that the runtime means to write to.</summary>
[Trait("Category", "Container")]
public sealed class ProcIdentityTests
{
    [RootTheory]
    [Trait("Attack", "B-10")]
    [Trait("CVE", "CVE-2019-19921")]
    [Trait("CVE", "CVE-2023-27561")]
    [InlineData("proc", "/proc")]
    [InlineData("proc", "tmp/p")]
    [InlineData("sys", "/proc/self/cwd")]
    public void A_proc_or_sys_that_is_any_link_is_refused_with_the_step_named(string directory, string target)
    {
        using var bundle = new TestBundle(ownRoot: true);
        Directory.Delete($"{bundle.Rootfs}/{directory}");
        File.CreateSymbolicLink($"{bundle.Rootfs}/{directory}", target);
        Assert.Contains("MountFileSystem: ", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootTheory]
    [Trait("Attack", "B-11")]
    [Trait("Attack", "B-12")]
    [Trait("CVE", "CVE-2019-16884")]
    [Trait("CVE", "CVE-2025-52881")]
    [InlineData("/proc")]
    [InlineData("/proc/self")]
    [InlineData("/proc/sys")]
    public void What_is_written_below_proc_goes_to_the_kernel_whatever_covers_it(string covered)
    {
        using var bundle = new TestBundle(ownRoot: true);
        string fake = bundle.MakeDirectory("fake");
        string[] files = ["self/oom_score_adj", "sys/kernel/shmmni", "oom_score_adj", "kernel/shmmni", "self/attr/exec"];
        foreach (string file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName($"{fake}/{file}")!);
            File.WriteAllText($"{fake}/{file}", "fake");
        }
        bundle.AddMount(covered, "bind", fake, "rbind", "rw");
        bundle.Process = bundle.Process with { OomScoreAdj = 321 };
        bundle.Linux = bundle.Linux with
        {
            Sysctl = new Dictionary<string, string> { ["kernel.shmmni"] = "77" }, MaskedPaths = [], ReadonlyPaths = [],
        };
        // /proc/self is a link to a directory of a process: what is mounted there is refused or found again, never written to.
        Outcome outcome = Start(bundle);
        foreach (string file in files)
            Assert.Equal("fake", File.ReadAllText($"{fake}/{file}"));
        if (outcome.Code != 0)
        {
            Assert.True(outcome.IsRefused, outcome.Error);
            return;
        }
        Assert.Equal("321", File.ReadAllText($"/proc/{bundle.Pid}/oom_score_adj").Trim());
        Assert.Equal("77", HostCommand.Run("nsenter", "-t", $"{bundle.Pid}", "-i", "cat", "/proc/sys/kernel/shmmni"));
        // And so does what exec writes.
        string process = Path.Combine(bundle.Bundle, "process.json");
        File.WriteAllText(process, System.Text.Json.JsonSerializer.Serialize(
            bundle.Process with { OomScoreAdj = 123, Args = ["true"] }, SpecJson.Default.ProcessSpec));
        bundle.Invoke("exec", "--process", process, bundle.Id);
        Assert.Equal("fake", File.ReadAllText($"{fake}/self/oom_score_adj"));
    }

    [RootCommandTheory("strace")]
    [Trait("Attack", "B-12")]
    [Trait("CVE", "CVE-2025-52881")]
    [InlineData("run")]
    [InlineData("exec")]
    public void The_child_opens_nothing_below_the_containers_proc_by_its_path(string verb)
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { OomScoreAdj = 321, Args = ["true"] };
        bundle.Linux = bundle.Linux with { Sysctl = new Dictionary<string, string> { ["kernel.shmmni"] = "77" } };
        string trace = Path.Combine(bundle.Bundle, "trace"), process = Path.Combine(bundle.Bundle, "process.json");
        File.WriteAllText(process, System.Text.Json.JsonSerializer.Serialize(bundle.Process, SpecJson.Default.ProcessSpec));
        bundle.Write();
        string[] command = ["run", "-b", bundle.Bundle, bundle.Id];
        if (verb == "exec")
        {
            bundle.Start("sleep", "1000");
            command = ["exec", "--process", process, bundle.Id];
        }
        HostCommand.Run([
            "strace", "-f", "-qq", "-o", trace, "-e", "trace=open,openat,openat2,execve,setns,mount,move_mount,pivot_root",
            TestRepository.Executable, "--root", bundle.StateRoot, .. command]);
        string[] lines = File.ReadAllLines(trace);
        string child = lines.Last(static line => line.Contains("execve(", StringComparison.Ordinal)).Split(' ')[0];
        const string Score = "/proc/self/oom_score_adj";
        string writer = lines.First(static line => line.Contains(Score, StringComparison.Ordinal)).Split(' ')[0];
        string[] own = [.. lines.Where(line => line.Split(' ')[0] is var process && (process == child || process == writer))];
        // The score goes to the host's /proc, which nothing of the container covers before its namespaces and mounts are there.
        int written = Array.FindIndex(own, static line => line.Contains(Score, StringComparison.Ordinal));
        int entered = Array.FindIndex(own, static line => Regex.IsMatch(line, @" (setns|mount|move_mount|pivot_root)\("));
        Assert.InRange(written, 0, entered);
        // Up to its own execve; what the command opens is its own affair.
        int executed = Array.FindLastIndex(own, static line => line.Contains(" execve(", StringComparison.Ordinal));
        Assert.DoesNotContain(
            own[entered..executed], static line => line.Contains("AT_FDCWD, \"/proc", StringComparison.Ordinal));
    }

    private static Outcome Start(TestBundle bundle)
    {
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
        bundle.Write();
        return bundle.InvokeDetached("run", "--detach", "-b", bundle.Bundle, bundle.Id);
    }
}
