using PSContainer.Runtime.Tests.Containers;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Conformance;

/// <summary>The MUSTs of config.md that no other test has; docs/conformance.md lists them all.</summary>
public sealed class ConfigMustTests
{
    [RootTheory]
    [InlineData("1.0.0", true)]
    [InlineData("1.0.2-dev", true)]
    [InlineData("1.3.0-rc.1+build.5", true)]
    [InlineData("1.99.0", true)]
    [InlineData("", false)]
    [InlineData("1.0", false)]
    [InlineData("1.x.0", false)]
    [InlineData("1.01.0", false)]
    [InlineData("0.9.0", false)]
    [InlineData("2.0.0", false)]
    [InlineData("invalid", false)]
    public void The_version_is_one_of_semantic_versioning(string version, bool isTaken)
    {
        using var bundle = new TestBundle();
        bundle.Spec = bundle.Spec with { OciVersion = version };
        if (isTaken)
            Assert.Equal(0, bundle.RunCommand("/bin/true").Code);
        else
            Assert.Contains("'ociVersion'", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void A_relative_root_begins_at_the_bundle()
    {
        using var bundle = new TestBundle(ownRoot: true);
        HostCommand.Run("cp", "-a", bundle.Rootfs, Path.Combine(bundle.Bundle, "tree"));
        File.WriteAllText(Path.Combine(bundle.Bundle, "tree", "here"), "x");
        bundle.Spec = bundle.Spec with { Root = new RootSpec { Path = "tree" } };
        Assert.Equal("x", bundle.RunShell("cat /here").Output);
    }

    [RootFact]
    public void A_read_only_root_cannot_be_written()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.Spec = bundle.Spec with { Root = bundle.Spec.Root! with { Readonly = true } };
        Assert.Contains("Read-only file system", bundle.RunShell("touch /x 2>&1").Output, StringComparison.Ordinal);
    }

    [RootFact]
    public void Mounts_are_made_in_the_listed_order()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string first = bundle.MakeDirectory("first"), second = bundle.MakeDirectory("second");
        File.WriteAllText(Path.Combine(first, "name"), "first");
        File.WriteAllText(Path.Combine(second, "name"), "second");
        bundle.AddMount("/place", "none", first, "bind");
        bundle.AddMount("/place", "none", second, "bind");
        bundle.AddMount("/place/inner", "tmpfs", "tmpfs");
        bundle.Start("sleep", "1000");
        Assert.Equal(["/place", "/place", "/place/inner"], bundle.Mounts().Select(mount => mount.Point).Where(point => point.StartsWith("/place", StringComparison.Ordinal)));
        Assert.Equal("second", bundle.Exec("cat", "/place/name").Output);
    }

    [RootFact]
    public void A_relative_source_of_a_bind_begins_at_the_bundle()
    {
        using var bundle = new TestBundle(ownRoot: true);
        File.WriteAllText(Path.Combine(bundle.MakeDirectory("source"), "file"), "x");
        bundle.AddMount("/bound", "none", "source", "bind");
        Assert.Equal("x", bundle.RunShell("cat /bound/file").Output);
    }

    [RootFact]
    public void A_console_size_without_a_terminal_is_ignored()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Terminal = false, ConsoleSize = new ConsoleSize { Height = 5, Width = 6 } };
        Assert.Equal(0, bundle.RunCommand("/bin/true").Code);
    }

    [RootTheory]
    [InlineData("relative")]
    [InlineData("")]
    public void A_working_directory_that_is_not_absolute_is_refused(string directory)
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Cwd = directory };
        Assert.Contains("'process.cwd'", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void Arguments_need_at_least_one_entry()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = [] };
        Assert.Contains("'process.args'", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void Limits_of_a_type_that_is_none_or_twice_are_refused()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Rlimits = [new RlimitSpec { Type = "RLIMIT_NOTHING", Hard = 1, Soft = 1 }] };
        Assert.Contains("RLIMIT_NOTHING", bundle.Refuse().Error, StringComparison.Ordinal);
        RlimitSpec limit = new() { Type = "RLIMIT_CORE", Hard = 5, Soft = 4 };
        bundle.Process = bundle.Process with { Rlimits = [limit, limit] };
        Assert.Contains("a type twice", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void Limits_are_soft_and_hard_exactly_as_asked()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Rlimits = [new RlimitSpec { Type = "RLIMIT_CORE", Hard = 5000, Soft = 4000 }] };
        bundle.Start("sleep", "1000");
        Assert.Matches("^Max core file size +4000 +5000 ", File.ReadLines($"/proc/{bundle.Pid}/limits").Single(line => line.StartsWith("Max core", StringComparison.Ordinal)));
    }

    [RootFact]
    public void Without_a_score_the_callers_stays()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { OomScoreAdj = null, Args = ["cat", "/proc/self/oom_score_adj"] };
        bundle.Write();
        Outcome outcome = HostCommand.Try("/bin/sh", "-c", $"echo 123 >/proc/self/oom_score_adj; exec {PSContainer.Tests.TestRepository.Executable} --root {bundle.StateRoot} run -b {bundle.Bundle} {bundle.Id}");
        Assert.Equal("123\n", outcome.Output);
    }

    [RootTheory]
    [InlineData("SCHED_NOTHING", null)]
    [InlineData("SCHED_OTHER", "SCHED_FLAG_NOTHING")]
    public void A_scheduler_that_is_none_is_refused(string policy, string? flag)
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Scheduler = new SchedulerSpec { Policy = policy, Flags = flag is null ? null : [flag] } };
        Assert.Contains(flag ?? policy, bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootTheory]
    [InlineData(0, 20_000_000, 20_000_000)]
    [InlineData(1023, 20_000_000, 20_000_000)]
    [InlineData(10_000_000, 0, 20_000_000)]
    [InlineData(20_000_000, 10_000_000, 20_000_000)]
    [InlineData(10_000_000, 20_000_000, 15_000_000)]
    [InlineData(10_000_000, 9223372036854775808, 0)]
    public void A_deadline_that_cannot_be_kept_is_refused_before_anything_is_made(ulong runtime, ulong deadline, ulong period)
    {
        using var bundle = new TestBundle();
        var scheduler = new SchedulerSpec { Policy = "SCHED_DEADLINE", Runtime = runtime, Deadline = deadline, Period = period };
        bundle.Process = bundle.Process with { Scheduler = scheduler };
        Assert.Contains($"a runtime of {runtime} ns", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void A_deadline_on_chosen_processors_is_refused_before_anything_is_made()
    {
        using var bundle = new TestBundle();
        var scheduler = new SchedulerSpec { Policy = "SCHED_DEADLINE", Runtime = 10_000_000, Deadline = 20_000_000, Period = 20_000_000 };
        bundle.Process = bundle.Process with { Scheduler = scheduler };
        bundle.SetResources(resources => resources with { Cpu = new CpuResources { Cpus = "0" } });
        Assert.Contains("process scheduler can't be used together with AllowedCPUs", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootCommandFact("taskset")]
    public void The_runtimes_own_affinity_is_not_the_containers()
    {
        using var bundle = new TestBundle();
        // The test itself may have been given fewer.
        string possible = File.ReadAllText("/sys/devices/system/cpu/possible").Trim();
        string all = Affinity(HostCommand.Run("taskset", "-c", possible, "grep", "Cpus_allowed_list", "/proc/self/status"));
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
        bundle.Write();
        string error = Path.Combine(bundle.Bundle, "error");
        string[] shell = ["/bin/sh", "-c", "err=$1; shift; exec taskset -c 0 \"$@\" </dev/null >/dev/null 2>\"$err\"", "sh", error];
        string[] runtime = [PSContainer.Tests.TestRepository.Executable, "--root", bundle.StateRoot];
        TestBundle.Succeed(HostCommand.Try([.. shell, .. runtime, "run", "-d", "-b", bundle.Bundle, bundle.Id]));
        Assert.Equal(all, bundle.StatusField("Cpus_allowed_list"));
        Assert.Equal(all, Affinity(HostCommand.Run(["taskset", "-c", "0", .. runtime, "exec", bundle.Id, "grep", "Cpus_allowed_list", "/proc/self/status"])));

        static string Affinity(string line) => line.Split('\t')[1];
    }

    [RootTheory]
    [InlineData("hostname")]
    [InlineData("domainname")]
    public void A_name_and_another_one_as_kernel_parameter_are_refused(string member)
    {
        using var bundle = new TestBundle();
        bundle.Spec = bundle.Spec with { Hostname = "one", Domainname = "one" };
        bundle.Linux = bundle.Linux with { Sysctl = new Dictionary<string, string> { [$"kernel.{member}"] = "one" } };
        Assert.Equal("one\n", bundle.RunShell($"cat /proc/sys/kernel/{member}").Output);
        bundle.Linux = bundle.Linux with { Sysctl = new Dictionary<string, string> { [$"kernel.{member}"] = "other" } };
        Assert.Contains($"kernel.{member}", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void Processor_affinity_of_exec_is_the_final_one_and_leaves_the_init()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { ExecCpuAffinity = new ExecCpuAffinitySpec { Initial = "0", Final = "1" } };
        bundle.Start("sleep", "1000");
        Assert.NotEqual("1", bundle.StatusField("Cpus_allowed_list"));
        string process = Path.Combine(bundle.Bundle, "process.json");
        string Run(string initial, string? final)
        {
            string affinity = final is null ? $"{{\"initial\":\"{initial}\"}}" : $"{{\"initial\":\"{initial}\",\"final\":\"{final}\"}}";
            File.WriteAllText(process, $$"""{"cwd":"/","user":{"uid":0,"gid":0},"args":["grep","Cpus_allowed_list","/proc/self/status"],"execCPUAffinity":{{affinity}}}""");
            return bundle.Invoke("exec", "--process", process, bundle.Id).Output.Trim();
        }
        Assert.Equal("Cpus_allowed_list:\t1", Run("0", "1"));
        Assert.Equal("Cpus_allowed_list:\t0", Run("0", null));
        Assert.Equal("", Run("0-x", null));
        Assert.Equal("", Run("0", "8000"));
    }

    [RootFact]
    public void Annotations_are_kept_and_unknown_ones_left_alone()
    {
        using var bundle = new TestBundle();
        bundle.Annotate("org.opencontainers.nobody.knows", "");
        bundle.Annotate("plain", "{\"a\":1}");
        Assert.Equal(0, bundle.RunCommand("/bin/true").Code);
        bundle.Annotate("", "no key");
        Assert.Contains("'annotations'", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void Names_need_a_uts_namespace_and_are_set_in_it()
    {
        using var bundle = new TestBundle();
        bundle.Spec = bundle.Spec with { Hostname = "inside", Domainname = "example.org" };
        Assert.Equal(["inside", "example.org"], bundle.RunShell("cat /proc/sys/kernel/hostname /proc/sys/kernel/domainname").Lines);
        bundle.Linux = bundle.Linux with { Namespaces = [.. bundle.Linux.Namespaces!.Where(item => item.Type != "uts")] };
        Assert.Contains("'hostname'", bundle.Refuse().Error, StringComparison.Ordinal);
    }
}
