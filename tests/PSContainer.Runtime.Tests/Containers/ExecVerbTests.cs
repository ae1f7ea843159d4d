using System.Text.Json;
using PSContainer.Kernel;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

/// <summary>exec: where a process enters, and what it gets.</summary>
[Trait("Category", "Container")]
public sealed class ExecVerbTests
{
    [RootFact]
    [Trait("Kernel", "cgroup2")]
    public void A_process_that_enters_a_paused_container_waits_for_it()
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        TestBundle.Succeed(bundle.Invoke("pause", bundle.Id));
        using System.Diagnostics.Process exec = bundle.StartProcess("exec", "--ignore-paused", bundle.Id, "echo", "entered");
        Assert.False(exec.WaitForExit(300));
        TestBundle.Succeed(bundle.Invoke("resume", bundle.Id));
        Assert.Equal("entered", exec.StandardOutput.ReadLine());
        Assert.True(exec.WaitForExit(60_000));
        Assert.Equal(0, exec.ExitCode);
    }

    [RootFact]
    [Trait("Kernel", "cgroup2")]
    public void Exec_enters_a_cgroup_below_the_containers()
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        string[] own = [.. JsonDocument.Parse(File.ReadAllBytes(Path.Combine(bundle.StateDirectory, "state.json"))).RootElement.GetProperty("cgroups")
            .EnumerateArray().Select(one => one.GetString()!)];
        foreach (string directory in own)
            Directory.CreateDirectory(Path.Combine(directory, "inner"));
        using System.Diagnostics.Process exec = bundle.StartProcess("exec", "--cgroup", "inner", bundle.Id, "sleep", "1000");
        TestBundle.Eventually(() => own.All(directory => File.ReadAllText(Path.Combine(directory, "inner", "cgroup.procs")).Length > 0), "entered");
        // On its way in it is two for a moment.
        TestBundle.Eventually(() => Pids(bundle).Length == 2, "two processes");
        foreach (string bad in new[] { "..", "inner/../..", "nosuch", "nosuchcontroller:inner" })
        {
            Outcome outcome = bundle.Invoke("exec", "--cgroup", bad, bundle.Id, "true");
            Assert.Equal(255, outcome.Code);
            Assert.Contains("cgroup", outcome.Error, StringComparison.Ordinal);
        }
        TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
        Assert.Empty(bundle.Leftovers());
    }

    // A container that limits its own processes does so in the hierarchies that it likes.
    [RootFact]
    [Trait("Kernel", "cgroup2")]
    public void Exec_enters_a_cgroup_that_only_one_hierarchy_has()
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        string[] own = [.. JsonDocument.Parse(File.ReadAllBytes(Path.Combine(bundle.StateDirectory, "state.json"))).RootElement.GetProperty("cgroups")
            .EnumerateArray().Select(one => one.GetString()!)];
        string inner = Directory.CreateDirectory(Path.Combine(own[^1], "inner")).FullName;
        using System.Diagnostics.Process exec = bundle.StartProcess("exec", "--cgroup", "inner", bundle.Id, "sleep", "1000");
        TestBundle.Eventually(() => File.ReadAllText(Path.Combine(inner, "cgroup.procs")).Length > 0, "entered");
        string process = File.ReadAllLines(Path.Combine(inner, "cgroup.procs"))[0];
        Assert.All(own[..^1], directory => Assert.Contains(process, File.ReadAllLines(Path.Combine(directory, "cgroup.procs"))));
        TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
        Assert.Empty(bundle.Leftovers());
    }

    [RootFact]
    public void A_pidfd_is_handed_over_before_the_process_runs()
    {
        using var bundle = new TestBundle();
        using var receiver = new TerminalReceiver(bundle);
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
        bundle.Write();
        TestBundle.Succeed(bundle.InvokeDetached("run", "-d", "--pidfd-socket", receiver.Path, "-b", bundle.Bundle, bundle.Id));
        int process = receiver.TakeDescriptor();
        using var handle = new Kernel.FileHandle(process);
        Assert.True(Kernel.Pidfd.SendSignal(process, 9));
        TestBundle.Eventually(() => bundle.Status == "stopped", "stopped");
    }

    [RootFact]
    public void A_process_gets_each_variable_once_and_a_home()
    {
        using var bundle = new TestBundle(ownRoot: true);
        File.AppendAllText(Path.Combine(bundle.Rootfs, "etc/passwd"), "someone:x:4321:4321::/home/someone:/bin/sh\n");
        bundle.Process = bundle.Process with { Env = ["PATH=/bin:/usr/bin", "A=1", "HOME=", "A=2"] };
        Outcome run = bundle.RunCommand("env");
        Assert.Equal(["A=2", "HOME=/root", "PATH=/bin:/usr/bin"], run.Lines.Order(StringComparer.Ordinal));
        bundle.Process = bundle.Process with { Env = ["PATH=/bin"] };
        bundle.Start("sleep", "1000");
        Assert.Equal("/home/someone\n", bundle.Invoke("exec", "--user", "4321", bundle.Id, "/bin/sh", "-c", "echo $HOME").Output);
        Assert.Equal("/\n", bundle.Invoke("exec", "--user", "4322", bundle.Id, "/bin/sh", "-c", "echo $HOME").Output);
        Assert.Equal("/mine\n", bundle.Invoke("exec", "--env", "HOME=/mine", bundle.Id, "/bin/sh", "-c", "echo $HOME").Output);
    }

    [RootFact]
    public void Exec_leaves_out_a_capability_that_there_is_not()
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        Outcome added = bundle.Invoke(
            "--log-level", "warning", "exec", "--cap", "CAP_UNKNOWN", "--cap", "CAP_SYS_ADMIN", bundle.Id, "cat", "/proc/self/status");
        Assert.Equal(0, added.Code);
        Assert.Contains("level=warning", added.Error, StringComparison.Ordinal);
        Assert.Contains("CAP_UNKNOWN", added.Error, StringComparison.Ordinal);
        const int SysAdmin = 21;
        Assert.NotEqual(0UL, Convert.ToUInt64(TestBundle.Field(added.Lines, "CapEff"), 16) & (1UL << SysAdmin));
    }

    [RootFact]
    public void What_is_wrong_with_the_process_has_the_code_of_exec()
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        foreach (string[] words in new[]
        {
            new[] { "--tty", "--detach", bundle.Id, "true" }, ["--user", "root", bundle.Id, "true"],
            ["--user", "1:2:3", bundle.Id, "true"], [bundle.Id],
        })
        {
            Outcome outcome = bundle.Invoke(["exec", .. words]);
            Assert.Equal(255, outcome.Code);
            Assert.Contains("pscontainer exec --help", outcome.Error, StringComparison.Ordinal);
        }
        Assert.Equal(1, bundle.Invoke("exec").Code);
        Assert.Equal(1, bundle.Invoke("exec", "--preserve-fds", "some", bundle.Id, "true").Code);
    }

    [RootFact]
    public void A_process_can_be_read_from_a_pipe()
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        using System.Diagnostics.Process exec = bundle.StartProcess("exec", "--process", "/dev/stdin", bundle.Id);
        exec.StandardInput.Write("""{"args":["/bin/echo","from a pipe"],"cwd":"/","user":{"uid":0,"gid":0}}""");
        exec.StandardInput.Close();
        Assert.Equal("from a pipe", exec.StandardOutput.ReadLine());
        Assert.True(exec.WaitForExit(60_000));
    }

    [RootFact]
    [Trait("Kernel", "cgroup2")]
    public void A_container_that_may_have_no_more_processes_takes_none_until_there_is_room()
    {
        using var bundle = new TestBundle();
        bundle.SetResources(resources => resources with { Pids = new PidsResources { Limit = 3 } });
        bundle.Start("/bin/sh", "-c", "sleep 1000 & sleep 1001 & wait");
        TestBundle.Eventually(() => Pids(bundle).Length == 3, "three processes");
        Outcome refused = bundle.Exec("echo", "in");
        Assert.True(refused.IsRefused);
        Assert.Equal("", refused.Output);
        Assert.Contains("EAGAIN", refused.Error, StringComparison.Ordinal);
        Assert.Contains("pids.max", refused.Error, StringComparison.Ordinal);
        Assert.Equal(3, Pids(bundle).Length);
        TestBundle.Succeed(bundle.Invoke("update", "--pids-limit", "5", bundle.Id));
        Assert.Equal("in\n", bundle.Exec("echo", "in").Output);
    }

    private static int[] Pids(TestBundle bundle) =>
        [.. JsonDocument.Parse(bundle.Invoke("ps", "--format", "json", bundle.Id).Output).RootElement.EnumerateArray().Select(one => one.GetInt32())];
}
