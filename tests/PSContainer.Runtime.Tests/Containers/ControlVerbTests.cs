using System.Text.Json;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

/// <summary>ps, pause, resume, kill, and patterns of ids.</summary>
[Trait("Category", "Container")]
[Trait("Kernel", "cgroup2")]
public sealed class ControlVerbTests
{
    [RootFact]
    public void Ps_shows_the_processes_as_json_and_as_ps_does()
    {
        using var bundle = new TestBundle();
        bundle.Start("/bin/sh", "-c", "sleep 1001 & sleep 1002 & wait");
        TestBundle.Eventually(() => Pids(bundle).Length == 3, "three processes");
        Assert.Contains(bundle.Pid, Pids(bundle));
        // The shell forks first, and what it forked becomes the command then.
        TestBundle.Eventually(() => bundle.Invoke("ps", bundle.Id).Lines.Count(line => line.Contains(" sleep 100", StringComparison.Ordinal)
            && !line.Contains("/bin/sh", StringComparison.Ordinal)) == 2, "two commands");
        Outcome table = bundle.Invoke("ps", bundle.Id);
        Assert.Equal(0, table.Code);
        Assert.Equal("UID PID PPID C STIME TTY TIME CMD".Split(' '), table.Lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(4, table.Lines.Length);
        Assert.Contains(table.Lines, line => line.EndsWith("sleep 1002", StringComparison.Ordinal));
        Outcome own = bundle.Invoke("ps", bundle.Id, "-e", "-o", "pid,args");
        Assert.Equal(["PID", "COMMAND"], own.Lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(4, own.Lines.Length);
        Assert.Contains("PID", bundle.Invoke("ps", bundle.Id, "-e", "-o", "args").Error, StringComparison.Ordinal);
        Assert.Equal(1, bundle.Invoke("ps", bundle.Id, "--no-such-option-of-ps").Code);
        Assert.Equal(1, bundle.Invoke("ps", "--format", "xml", bundle.Id).Code);
        TestBundle.Succeed(bundle.Invoke("kill", bundle.Id, "9"));
        TestBundle.Eventually(() => bundle.Status == "stopped", "stopped");
        Assert.Equal("[]\n", bundle.Invoke("ps", "-f", "json", bundle.Id).Output);
        Assert.Single(bundle.Invoke("ps", bundle.Id).Lines);
    }

    // Killed, it stays: v1 thaws it for its end only where it is taken out.
    [RootTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Delete_ends_what_somebody_froze_in_a_cgroup_of_his_own(bool hasFreezer)
    {
        const string freezer = "/sys/fs/cgroup/freezer";
        if (!Directory.Exists(freezer))
            return;
        using var bundle = new TestBundle();
        if (hasFreezer)
            bundle.Linux = bundle.Linux with { CgroupsPath = $"/psc-test-{Guid.NewGuid():N}" };
        bundle.Start("/bin/sh", "-c", "sleep 1001 & wait");
        TestBundle.Eventually(() => Pids(bundle).Length == 2, "two processes");
        string elsewhere = Directory.CreateDirectory($"{freezer}/psc-test-{Guid.NewGuid():N}").FullName;
        try
        {
            foreach (int pid in Pids(bundle))
                File.WriteAllText(Path.Combine(elsewhere, "cgroup.procs"), $"{pid}");
            File.WriteAllText(Path.Combine(elsewhere, "freezer.state"), "FROZEN");
            TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
            Assert.Empty(bundle.Leftovers());
            Assert.Equal("", File.ReadAllText(Path.Combine(elsewhere, "cgroup.procs")));
        }
        finally
        {
            File.WriteAllText(Path.Combine(elsewhere, "freezer.state"), "THAWED");
            TestBundle.Eventually(() => File.ReadAllText(Path.Combine(elsewhere, "cgroup.procs")).Length == 0, "empty");
            Directory.Delete(elsewhere);
        }
    }

    [RootFact]
    public void Pause_freezes_and_resume_thaws_and_each_needs_the_other()
    {
        using var bundle = new TestBundle();
        bundle.Start("/bin/sh", "-c", "while :; do echo x; sleep 0.02; done");
        TestBundle.Succeed(bundle.Invoke("pause", bundle.Id));
        Assert.Equal("paused", bundle.Status);
        int length = bundle.Output.Length;
        Assert.Contains("container not running", Refused(bundle, "pause", bundle.Id), StringComparison.Ordinal);
        Outcome exec = bundle.Exec("true");
        Assert.Equal(255, exec.Code);
        Assert.Contains("cannot exec in a paused container", exec.Error, StringComparison.Ordinal);
        Assert.Equal(length, bundle.Output.Length);
        TestBundle.Succeed(bundle.Invoke("resume", bundle.Id));
        TestBundle.Eventually(() => bundle.Output.Length > length, "it goes on");
        Assert.Contains("container not paused", Refused(bundle, "resume", bundle.Id), StringComparison.Ordinal);
        TestBundle.Succeed(bundle.Invoke("pause", bundle.Id));
        TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
        Assert.Empty(bundle.Leftovers());
    }

    // Its own processes wait for each other: the init is gone only when the executed one is.
    [RootFact]
    public void A_kill_ends_a_paused_container_with_all_that_is_executed_in_it()
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        TestBundle.Succeed(bundle.Invoke("exec", "--detach", bundle.Id, "sleep", "1000"));
        TestBundle.Succeed(bundle.Invoke("pause", bundle.Id));
        TestBundle.Succeed(bundle.Invoke("kill", bundle.Id, "KILL"));
        Assert.DoesNotContain("FROZEN", FreezerOf(bundle), StringComparison.Ordinal);
        TestBundle.Eventually(() => bundle.Status == "stopped", "stopped");

        static string FreezerOf(TestBundle bundle)
        {
            byte[] state = File.ReadAllBytes(Path.Combine(bundle.StateDirectory, "state.json"));
            IEnumerable<string> files = JsonDocument.Parse(state).RootElement.GetProperty("cgroups").EnumerateArray()
                .Select(one => Path.Combine(one.GetString()!, "freezer.state"));
            return string.Concat(files.Where(File.Exists).Select(File.ReadAllText));
        }
    }

    [RootFact]
    public void A_parked_container_that_is_paused_starts_once_it_is_resumed()
    {
        using var bundle = new TestBundle();
        bundle.Create("sleep", "1000");
        TestBundle.Succeed(bundle.Invoke("pause", bundle.Id));
        string error = Refused(bundle, "start", bundle.Id);
        Assert.Contains("cannot start a container in the paused state", error, StringComparison.Ordinal);
        Assert.Contains($"resume {bundle.Id}", error, StringComparison.Ordinal);
        TestBundle.Succeed(bundle.Invoke("resume", bundle.Id));
        TestBundle.Succeed(bundle.Invoke("start", bundle.Id));
        Assert.Equal("running", bundle.Status);
        Assert.Contains("cannot start an already running container", Refused(bundle, "start", bundle.Id), StringComparison.Ordinal);
        TestBundle.Succeed(bundle.Invoke("kill", bundle.Id, "9"));
        TestBundle.Eventually(() => bundle.Status == "stopped", "stopped");
        Assert.Contains("cannot start a container that has stopped", Refused(bundle, "start", bundle.Id), StringComparison.Ordinal);
        Assert.Contains("cannot exec in a stopped container", bundle.Exec("true").Error, StringComparison.Ordinal);
        Assert.Contains("container not running", Refused(bundle, "kill", bundle.Id, "9"), StringComparison.Ordinal);
        TestBundle.Succeed(bundle.Invoke("kill", "--all", bundle.Id, "9"));
    }

    [RootFact]
    public void Kill_all_reaches_every_process()
    {
        using var bundle = new TestBundle();
        bundle.Start("/bin/sh", "-c", "trap 'echo one' USR1; (trap 'echo two' USR1; echo ready; while :; do sleep 0.05; done) & while :; do sleep 0.05; done");
        TestBundle.Eventually(() => bundle.Output.Contains("ready", StringComparison.Ordinal), "ready");
        TestBundle.Succeed(bundle.Invoke("kill", "--all", bundle.Id, "USR1"));
        TestBundle.Eventually(() => bundle.Output.Contains("one", StringComparison.Ordinal) && bundle.Output.Contains("two", StringComparison.Ordinal), "both");
        TestBundle.Succeed(bundle.Invoke("kill", "-a", bundle.Id, "9"));
        TestBundle.Eventually(() => bundle.Status == "stopped", "stopped");
        TestBundle.Succeed(bundle.Invoke("kill", "--all", bundle.Id, "9"));
        Assert.Contains("container not running", Refused(bundle, "kill", bundle.Id, "9"), StringComparison.Ordinal);
    }

    [RootFact]
    public void Kill_ends_all_of_a_container_that_shares_the_hosts_pids_even_when_its_init_is_gone()
    {
        using var bundle = new TestBundle();
        bundle.SetNamespaces([.. bundle.Linux.Namespaces!.Where(one => one.Type != "pid")]);
        bundle.Start("/bin/sh", "-c", "sleep 1001 & sleep 1002 & exec sleep 1003");
        TestBundle.Eventually(() => Pids(bundle).Length == 3, "three processes");
        using (Kernel.FileHandle init = Kernel.Pidfd.Open(bundle.Pid)!)
            Kernel.Pidfd.SendSignal(init.Fd, 9);
        TestBundle.Eventually(() => bundle.Status == "stopped", "stopped");
        Assert.Equal(2, Pids(bundle).Length);
        TestBundle.Succeed(bundle.Invoke("kill", bundle.Id, "KILL"));
        TestBundle.Eventually(() => Pids(bundle).Length == 0, "all ended");
    }

    [RootFact]
    public void Kill_with_0_asks_only()
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        TestBundle.Succeed(bundle.Invoke("kill", bundle.Id, "0"));
        Assert.Equal("running", bundle.Status);
    }

    [RootFact]
    public void A_pattern_names_several_containers()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
        bundle.Write();
        foreach (string id in new[] { "a1", "a2", "b1" })
            TestBundle.Succeed(bundle.InvokeDetached("run", "-d", "-b", bundle.Bundle, $"{bundle.Id}-{id}"));
        TestBundle.Succeed(bundle.Invoke("kill", "--regex", $"{bundle.Id}-a[0-9]", "9"));
        TestBundle.Eventually(() => bundle.Invoke("list").Output.Split("stopped").Length == 3, "two stopped");
        TestBundle.Succeed(bundle.Invoke("delete", "--regex", $"^{bundle.Id}-a"));
        Assert.Equal([$"{bundle.Id}-b1"], bundle.Invoke("list", "-q").Lines);
        Assert.Contains("[", Refused(bundle, "delete", "--regex", "["), StringComparison.Ordinal);
        TestBundle.Succeed(bundle.Invoke("delete", "--force", "--regex", "."));
        Assert.Empty(bundle.Invoke("list", "-q").Lines);
    }

    private static int[] Pids(TestBundle bundle) =>
        [.. JsonDocument.Parse(bundle.Invoke("ps", "--format", "json", bundle.Id).Output).RootElement.EnumerateArray().Select(one => one.GetInt32())];

    private static string Refused(TestBundle bundle, params string[] command)
    {
        Outcome outcome = bundle.Invoke(command);
        Assert.Equal(1, outcome.Code);
        Assert.Equal("", outcome.Output);
        Assert.Contains("level=error", outcome.Error, StringComparison.Ordinal);
        return outcome.Error;
    }
}
