using PSContainer.Runtime.Tests.Containers;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Conformance;

/// <summary>The MUSTs of config-linux.md and runtime-linux.md that no other test has; docs/conformance.md lists them all.</summary>
public sealed class LinuxMustTests
{
    [RootTheory]
    // A peer group of its own, that still hears of what the host mounts.
    [InlineData("shared", "shared master")]
    [InlineData("rshared", "shared master")]
    [InlineData("slave", "master")]
    [InlineData("private", "")]
    [InlineData("unbindable", "unbindable")]
    [InlineData("runbindable", "unbindable")]
    public void The_root_has_the_propagation_that_was_asked_for(string asked, string expected)
    {
        using var bundle = new TestBundle(ownRoot: true);
        // A slave needs a master: what the host mounts must be shared for there to be one.
        using var host = new HostMount(bundle.MakeDirectory("host"), "--make-shared");
        HostCommand.Run("cp", "-a", $"{bundle.Rootfs}/.", host.Path);
        bundle.Spec = bundle.Spec with { Root = new RootSpec { Path = host.Path } };
        bundle.Linux = bundle.Linux with { RootfsPropagation = asked };
        bundle.Start("sleep", "1000");
        Assert.Equal(expected, string.Join(' ', bundle.Mount("/").Propagation.Select(word => word.Split(':')[0])));
    }

    [RootFact]
    public void A_propagation_that_is_none_is_refused()
    {
        using var bundle = new TestBundle();
        bundle.Linux = bundle.Linux with { RootfsPropagation = "public" };
        Assert.Contains("'public' is no mount propagation", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootTheory]
    [InlineData("LINUX", "x86_64")]
    [InlineData("LINUX32", "i686")]
    public void The_personality_is_set(string domain, string machine)
    {
        using var bundle = new TestBundle();
        bundle.Linux = bundle.Linux with { Personality = new PersonalitySpec { Domain = domain } };
        Assert.Equal($"{machine}\n", bundle.RunCommand("uname", "-m").Output);
    }

    [RootFact]
    public void A_memory_policy_is_in_force_or_the_kernel_is_said_to_lack_it()
    {
        using var bundle = new TestBundle();
        bundle.Linux = bundle.Linux with { MemoryPolicy = new MemoryPolicySpec { Mode = "MPOL_BIND", Nodes = "0", Flags = ["MPOL_F_STATIC_NODES"] } };
        Outcome outcome = bundle.RunShell("cat /proc/self/numa_maps | head -1");
        if (File.Exists("/proc/self/numa_maps"))
            Assert.Contains("bind=static:0", outcome.Output, StringComparison.Ordinal);
        else
            Assert.Contains("built without NUMA", outcome.Error, StringComparison.Ordinal);
    }

    [RootTheory]
    [InlineData("MPOL_NOTHING", null, null)]
    [InlineData("MPOL_BIND", null, null)]
    [InlineData("MPOL_DEFAULT", "0", null)]
    [InlineData("MPOL_LOCAL", "0", null)]
    [InlineData("MPOL_BIND", "0-x", null)]
    [InlineData("MPOL_BIND", "0", "MPOL_F_NOTHING")]
    public void A_memory_policy_without_sense_is_refused(string mode, string? nodes, string? flag)
    {
        using var bundle = new TestBundle();
        bundle.Linux = bundle.Linux with { MemoryPolicy = new MemoryPolicySpec { Mode = mode, Nodes = nodes, Flags = flag is null ? null : [flag] } };
        bundle.Refuse();
    }

    [RootFact]
    public void Without_resctrl_a_share_of_caches_is_an_error()
    {
        if (File.ReadLines("/proc/self/mountinfo").Any(line => line.Contains(" - resctrl ", StringComparison.Ordinal)))
            return;
        using var bundle = new TestBundle();
        bundle.Linux = bundle.Linux with { IntelRdt = new IntelRdtSpec { L3CacheSchema = "L3:0=f" } };
        Assert.Contains("no resctrl filesystem is mounted", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootTheory]
    [InlineData("../x", null, null)]
    [InlineData("a/b", null, null)]
    [InlineData("info", null, null)]
    [InlineData(null, "L3:0=f", null)]
    [InlineData(null, null, "L3:0=f\nMB:0=10")]
    public void A_share_of_caches_without_sense_is_refused(string? id, string? bandwidth, string? cache)
    {
        using var bundle = new TestBundle();
        bundle.Linux = bundle.Linux with { IntelRdt = new IntelRdtSpec { ClosId = id, MemBwSchema = bandwidth, L3CacheSchema = cache } };
        Assert.Contains("'linux.intelRdt", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void Labels_without_selinux_are_an_error()
    {
        if (Directory.Exists("/sys/fs/selinux"))
            return;
        using var bundle = new TestBundle();
        bundle.Linux = bundle.Linux with { MountLabel = "system_u:object_r:container_file_t:s0" };
        Assert.Contains("SELinux is missing", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void Paths_to_cover_must_be_absolute()
    {
        using var bundle = new TestBundle();
        LinuxSpec good = bundle.Linux;
        bundle.Linux = good with { MaskedPaths = ["proc/kcore"] };
        Assert.Contains("maskedPaths", bundle.Refuse().Error, StringComparison.Ordinal);
        bundle.Linux = good with { ReadonlyPaths = ["proc/sys"] };
        Assert.Contains("readonlyPaths", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void An_absolute_cgroup_path_is_below_the_mount_point_each_time()
    {
        using var bundle = new TestBundle();
        string path = $"/{bundle.Id}-own";
        bundle.Linux = bundle.Linux with { CgroupsPath = path };
        for (int turn = 0; turn < 2; turn++)
        {
            bundle.Start("sleep", "1000");
            Assert.Contains(File.ReadLines($"/proc/{bundle.Pid}/cgroup"), line => line.EndsWith($":{path}", StringComparison.Ordinal));
            TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
            Assert.DoesNotContain(Directory.EnumerateDirectories("/sys/fs/cgroup"), hierarchy => Directory.Exists(hierarchy + path));
        }
    }

    [RootTheory]
    [InlineData("/../outside")]
    [InlineData("a/../../b")]
    public void A_cgroup_path_that_leads_outside_is_refused(string path)
    {
        using var bundle = new TestBundle();
        bundle.Linux = bundle.Linux with { CgroupsPath = path };
        bundle.Refuse();
    }

    [RootFact]
    public void Unified_values_need_their_controller_and_unknown_ones_are_still_written()
    {
        using var bundle = new TestBundle();
        bundle.SetResources(resources => resources with { Unified = new Dictionary<string, string> { ["nosuchcontroller.max"] = "1" } });
        Assert.Contains("nosuchcontroller", bundle.Refuse().Error, StringComparison.Ordinal);
        // A file of the core, which every cgroup of version 2 has.
        bundle.SetResources(resources => resources with { Unified = new Dictionary<string, string> { ["cgroup.max.descendants"] = "7" } });
        bundle.Start("sleep", "1000");
        string own = File.ReadLines($"/proc/{bundle.Pid}/cgroup").Single(line => line.StartsWith("0::", StringComparison.Ordinal))[3..];
        string mount = MountLine.Read("/proc/self/mountinfo").First(line => line.Type == "cgroup2").Point;
        Assert.Equal("7\n", File.ReadAllText($"{mount}{own}/cgroup.max.descendants"));
    }

    [RootFact]
    public void Filter_words_that_are_none_are_refused()
    {
        using var bundle = new TestBundle();
        SeccompSpec[] wrong =
        [
            new() { DefaultAction = "SCMP_ACT_NOTHING" },
            new() { DefaultAction = "SCMP_ACT_ALLOW", DefaultErrnoRet = 5 },
            new() { DefaultAction = "SCMP_ACT_ALLOW", Architectures = ["SCMP_ARCH_NOTHING"] },
            new() { DefaultAction = "SCMP_ACT_ALLOW", Flags = ["SECCOMP_FILTER_FLAG_NOTHING"] },
            new() { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [new SeccompRuleSpec { Names = [], Action = "SCMP_ACT_KILL" }] },
            new() { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [new SeccompRuleSpec { Names = ["read"], Action = "SCMP_ACT_KILL", ErrnoRet = 5 }] },
            new() { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [new SeccompRuleSpec { Names = ["read"], Action = "SCMP_ACT_ERRNO", Args = [new SeccompArgSpec { Op = "SCMP_CMP_NOTHING" }] }] },
            new() { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [new SeccompRuleSpec { Names = ["read"], Action = "SCMP_ACT_ERRNO", Args = [new SeccompArgSpec { Index = 6, Op = "SCMP_CMP_EQ" }] }] },
        ];
        foreach (SeccompSpec filter in wrong)
        {
            bundle.Linux = bundle.Linux with { Seccomp = filter };
            bundle.Refuse();
        }
    }

    [RootFact]
    public void A_filter_with_a_call_that_nobody_knows_is_refused_where_that_is_asked_for()
    {
        using var bundle = new TestBundle();
        SeccompRuleSpec rule = new() { Names = ["getpid", "no_such_call"], Action = "SCMP_ACT_ERRNO" };
        bundle.Linux = bundle.Linux with { Seccomp = new() { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [rule] } };
        Assert.Equal(0, bundle.RunShell("true").Code);
        bundle.Annotate("run.oci.seccomp_fail_unknown_syscall", "1");
        Assert.Contains("'no_such_call'", bundle.Refuse().Error, StringComparison.Ordinal);
        bundle.Linux = bundle.Linux with { Seccomp = new() { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [rule with { Names = ["getpid"] }] } };
        Assert.Equal(0, bundle.RunShell("true").Code);
    }

    [RootFact]
    public void Kernel_parameters_are_set_in_the_container_only()
    {
        using var bundle = new TestBundle();
        string before = File.ReadAllText("/proc/sys/net/ipv4/ip_unprivileged_port_start");
        bundle.Linux = bundle.Linux with { Sysctl = new Dictionary<string, string> { ["net.ipv4.ip_unprivileged_port_start"] = "77" } };
        Assert.Equal("77\n", bundle.RunShell("cat /proc/sys/net/ipv4/ip_unprivileged_port_start").Output);
        Assert.Equal(before, File.ReadAllText("/proc/sys/net/ipv4/ip_unprivileged_port_start"));
        bundle.Linux = bundle.Linux with { Sysctl = new Dictionary<string, string> { ["vm.swappiness"] = "1" } };
        Assert.Contains("vm.swappiness", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void Standard_descriptors_are_open_and_linked()
    {
        using var bundle = new TestBundle();
        Assert.Equal(["/proc/self/fd", "/proc/self/fd/0", "/proc/self/fd/1", "/proc/self/fd/2"],
            bundle.RunShell("for f in fd stdin stdout stderr; do readlink /dev/$f; done").Lines);
    }
}
