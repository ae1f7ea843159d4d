using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

[Trait("Category", "Container")]
public sealed class ProcessTests
{
    [RootCommandTheory("setpriv")]
    [InlineData("1", "4,7")]
    [InlineData("0", "")]
    public void Groups_of_the_caller_stay_where_an_annotation_asks_for_it(string value, string expected)
    {
        using var bundle = new TestBundle();
        bundle.Annotate("run.oci.keep_original_groups", value);
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"], User = new UserSpec { Uid = 1000, Gid = 1000 } };
        bundle.Write();
        string[] runtime = ["setpriv", "--groups", "4,7", PSContainer.Tests.TestRepository.Executable, "--root", bundle.StateRoot];
        string[] shell = ["/bin/sh", "-c", "exec \"$@\" </dev/null >/dev/null 2>&1", "sh"];
        TestBundle.Succeed(HostCommand.Try([.. shell, .. runtime, "run", "-d", "-b", bundle.Bundle, bundle.Id]));
        Assert.Equal(expected, bundle.StatusField("Groups").Trim().Replace(' ', ','));
        string groups = HostCommand.Run([.. runtime, "exec", bundle.Id, "grep", "Groups", "/proc/self/status"]);
        Assert.Equal(expected, groups.Split('\t')[1].Trim().Replace(' ', ','));
    }

    [RootFact]
    public void User_groups_and_umask_are_exactly_what_was_asked_for()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { User = new UserSpec { Uid = 1000, Gid = 50, AdditionalGids = [7, 4321], Umask = 0b111_000 } };
        bundle.Start("sleep", "1000");
        Assert.Equal("1000\t1000\t1000\t1000", bundle.StatusField("Uid"));
        Assert.Equal("50\t50\t50\t50", bundle.StatusField("Gid"));
        Assert.Equal("7 4321", bundle.StatusField("Groups"));
        Assert.Equal("0070", bundle.StatusField("Umask"));
        Outcome inside = bundle.Exec("/bin/sh", "-c", "id -u; id -g; id -G; umask; touch /dev/shm/x; stat -c %a /dev/shm/x");
        Assert.Equal(["1000", "50", "50 7 4321", "0070", "606"], inside.Lines);
    }

    [RootFact]
    [Trait("Attack", "B-24")]
    [Trait("CVE", "CVE-2022-2989")]
    [Trait("CVE", "CVE-2022-2990")]
    [Trait("CVE", "CVE-2022-36109")]
    [Trait("CVE", "CVE-2023-25173")]
    public void The_callers_groups_do_not_come_along()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = ["grep", "Groups", "/proc/self/status"] };
        bundle.Write();
        Outcome outcome = HostCommand.Try("setpriv", "--groups", "1,2,3,4,5", TestRepository.Executable,
            "--root", bundle.StateRoot, "run", "-b", bundle.Bundle, bundle.Id);
        Assert.Equal("Groups:", outcome.Output.Trim());
        Assert.Equal("0022", TestBundle.Field(bundle.RunCommand("cat", "/proc/self/status").Lines, "Umask"));
    }

    [RootFact]
    public void A_missing_working_directory_is_made()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.Process = bundle.Process with { Cwd = "/new/place" };
        Assert.Equal("/new/place\n", bundle.RunCommand("pwd").Output);
        Assert.True(Directory.Exists(Path.Combine(bundle.Rootfs, "new/place")));
    }

    [RootFact]
    public void A_working_directory_that_is_a_descriptor_is_refused()
    {
        // CVE-2024-21626: a descriptor of the host's, left open by mistake, would be a way out.
        using var bundle = new TestBundle(ownRoot: true);
        for (int fd = 0; fd <= 24; fd++)
        {
            bundle.Process = bundle.Process with { Cwd = $"/proc/self/fd/{fd}", Args = ["/bin/sh", "-c", "pwd; ls"] };
            Assert.Equal("", bundle.Refuse().Output);
        }
        File.CreateSymbolicLink(Path.Combine(bundle.Rootfs, "link"), "/proc/self/fd/7/../../..");
        bundle.Process = bundle.Process with { Cwd = "/link" };
        bundle.Refuse();
        bundle.Process = bundle.Process with { Cwd = "/" };
        bundle.Start("sleep", "1000");
        for (int fd = 3; fd <= 24; fd++)
            Assert.Equal(255, bundle.Invoke("exec", "--cwd", $"/proc/self/fd/{fd}", bundle.Id, "pwd").Code);
    }

    [RootFact]
    [Trait("Attack", "B-48")]
    public void The_environment_is_exactly_what_was_given()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Env = ["A=1", "B=two words", "EMPTY=", "LINES=a\nb", "PATH=/bin", "A2==", "UTF=ä€", "HOME=/x"] };
        bundle.Start("sleep", "1000");
        string[] expected = [.. bundle.Process.Env];
        Assert.Equal(expected, File.ReadAllText($"/proc/{bundle.Pid}/environ").TrimEnd('\0').Split('\0'));
        Assert.Equal(expected, bundle.Exec("cat", "/proc/self/environ").Output.TrimEnd('\0').Split('\0'));
    }

    [RootFact]
    public void An_empty_environment_has_a_home_and_nothing_else()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Env = null };
        Assert.Equal("HOME=/root\0", bundle.RunCommand("cat", "/proc/self/environ").Output);
    }

    [RootFact]
    public void Signals_are_all_default_and_none_is_blocked()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = ["cat", "/proc/self/status"] };
        bundle.Write();
        Outcome outcome = HostCommand.Try("/bin/sh", "-c", "trap '' HUP PIPE USR1 TERM CHLD; exec \"$@\"", "sh",
            "env", "--block-signal=USR2,RTMIN,TERM", TestRepository.Executable, "--root", bundle.StateRoot, "run", "-b", bundle.Bundle, bundle.Id);
        foreach (string field in new[] { "SigIgn", "SigBlk", "SigCgt", "SigPnd", "ShdPnd" })
            Assert.Equal("0000000000000000", TestBundle.Field(outcome.Lines, field));
    }

    [RootFact]
    public void Descriptors_of_the_caller_stay_outside()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
        bundle.Write();
        TestBundle.Succeed(WithOpenFiles(bundle, "run", "--detach", "-b", bundle.Bundle, bundle.Id));
        Assert.Equal(["0", "1", "2"], Directory.GetFileSystemEntries($"/proc/{bundle.Pid}/fd").Select(path => Path.GetFileName(path)).Order());
        Outcome inside = WithOpenFiles(bundle, "exec", bundle.Id, "/bin/sh", "-c", "ls /proc/$$/fd");
        Assert.Equal(["0", "1", "2"], inside.Lines.Order().Where(line => line.Length == 1 && line[0] < '3'));
        Assert.DoesNotContain(inside.Lines, line => int.TryParse(line, out int fd) && fd >= 20);
    }

    [RootFact]
    public void Descriptors_that_are_to_be_kept_are_kept()
    {
        using var bundle = new TestBundle();
        string file = Path.Combine(bundle.MakeDirectory("data"), "file");
        File.WriteAllText(file, "from outside");
        bundle.Process = bundle.Process with { Args = ["/bin/sh", "-c", "cat <&3; ls /proc/self/fd | tr '\\n' ' '"] };
        bundle.Write();
        Outcome outcome = HostCommand.Try("/bin/sh", "-c", "exec 3<\"$1\" 4<\"$1\" 5<\"$1\"; shift; exec \"$@\"", "sh", file,
            TestRepository.Executable, "--root", bundle.StateRoot, "run", "--preserve-fds", "1", "-b", bundle.Bundle, bundle.Id);
        Assert.StartsWith("from outside0 1 2 3 ", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("5", outcome.Output[12..], StringComparison.Ordinal);
    }

    [RootFact]
    public void Limits_and_the_oom_score_are_set()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with
        {
            Rlimits =
            [
                new RlimitSpec { Type = "RLIMIT_NOFILE", Soft = 123, Hard = 456 },
                new RlimitSpec { Type = "RLIMIT_CORE", Soft = 0, Hard = 0 },
                new RlimitSpec { Type = "RLIMIT_FSIZE", Soft = 1 << 20, Hard = ulong.MaxValue },
            ],
            OomScoreAdj = 321,
        };
        bundle.Start("sleep", "1000");
        string[] limits = File.ReadAllLines($"/proc/{bundle.Pid}/limits");
        string[] Values(string name) => Assert.Single(limits, line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[..2];
        Assert.Equal(["123", "456"], Values("Max open files"));
        Assert.Equal(["0", "0"], Values("Max core file size"));
        Assert.Equal(["1048576", "unlimited"], Values("Max file size"));
        Assert.Equal("321\n", File.ReadAllText($"/proc/{bundle.Pid}/oom_score_adj"));
        Assert.Equal(["123", "456", "0", "321"], bundle.Exec("/bin/sh", "-c", "ulimit -Sn; ulimit -Hn; ulimit -c; cat /proc/self/oom_score_adj").Lines);
    }

    [RootFact]
    public void Scheduling_is_set()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with
        {
            Scheduler = new SchedulerSpec { Policy = "SCHED_BATCH", Nice = 7 },
            IoPriority = new IoPrioritySpec { Class = "IOPRIO_CLASS_IDLE", Priority = 0 },
        };
        bundle.Start("sleep", "1000");
        // proc_pid_stat(5): nice is field 19, policy field 41, counted from after the name.
        string[] stat = File.ReadAllText($"/proc/{bundle.Pid}/stat").Split(") ")[1].Split(' ');
        Assert.Equal("7", stat[19 - 3]);
        Assert.Equal("3", stat[41 - 3]);
        Assert.Equal("idle", HostCommand.Run("ionice", "-p", $"{bundle.Pid}").Split(':')[0]);
    }

    // v1 gives a new cgroup no real-time budget: the container is in none of 'cpu' then, unless a limit asks for it.
    [RootTheory]
    [Trait("Kernel", "cgroup2")]
    [InlineData("SCHED_FIFO", "1")]
    [InlineData("SCHED_RR", "2")]
    public void A_real_time_policy_is_set_in_the_default_cgroup(string policy, string number)
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Scheduler = new SchedulerSpec { Policy = policy, Priority = 10 } };
        bundle.Start("sleep", "1000");
        string[] stat = File.ReadAllText($"/proc/{bundle.Pid}/stat").Split(") ")[1].Split(' ');
        Assert.Equal(number, stat[41 - 3]);
        TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
        Assert.Empty(bundle.Leftovers());
    }

    [RootTheory]
    [Trait("Attack", "C-07")]
    [InlineData(true)]
    [InlineData(false)]
    public void The_session_keyring_is_the_containers_own(bool isNew)
    {
        using var bundle = new TestBundle();
        bundle.Linux = bundle.Linux with { MaskedPaths = [] };
        bundle.Process = bundle.Process with { Args = ["cat", "/proc/keys"] };
        bundle.Write();
        string[] options = isNew ? [] : ["--no-new-keyring"];
        Outcome outcome = bundle.Invoke(["run", .. options, "-b", bundle.Bundle, bundle.Id]);
        Assert.Equal(isNew, outcome.Output.Contains($"_ses.{bundle.Id}", StringComparison.Ordinal));
    }

    private static Outcome WithOpenFiles(TestBundle bundle, params string[] arguments)
    {
        const string OpenForty = "i=20; while [ $i -lt 60 ]; do eval \"exec $i</etc/passwd\"; i=$((i+1)); done; out=$1; shift; \"$@\" </dev/null >$out 2>&1";
        string output = Path.Combine(bundle.Bundle, "inherited");
        Outcome outcome = HostCommand.Try(["bash", "-c", OpenForty, "bash", output, TestRepository.Executable, "--root", bundle.StateRoot, .. arguments]);
        return outcome with { Output = File.ReadAllText(output), Error = File.ReadAllText(output) };
    }
}
