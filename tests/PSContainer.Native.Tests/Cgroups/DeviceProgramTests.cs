using System.Diagnostics;
using PSContainer.Cgroups.Devices;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Kernel;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Cgroups;

/// <summary>The device program in force in a v2 cgroup; v1's controller, where there is one, allows everything here.</summary>
[Trait("Kernel", "cgroup2")]
public class DeviceProgramTests
{
    private const string Kmsg = "/dev/kmsg";
    private static readonly DeviceRuleSpec s_allowAll = new() { Allow = true, Access = "rwm" };

    [UnifiedFact]
    public void DefaultRules_DenyTheKernelLogAndAllowTheRest()
    {
        using var cgroup = new TestCgroup(CgroupHost.Current, new() { Devices = [s_allowAll] });
        Assert.Equal("", Try(cgroup, Opens(Kmsg)));

        Attach(cgroup, null);

        Assert.Contains("Operation not permitted", Try(cgroup, Opens(Kmsg)), StringComparison.Ordinal);
        foreach (string device in new[] { "null", "zero", "full", "random", "urandom" })
            Assert.Equal("", Try(cgroup, Opens($"/dev/{device}")));
        string node = $"/tmp/psc-test-{Guid.NewGuid():N}";
        string errors = Try(cgroup, $"mknod {node} b 7 77 && cat {node}; rm {node}");
        Assert.Contains("Operation not permitted", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(node));
    }

    [UnifiedFact]
    public void ANewProgram_TakesThePlaceOfTheOld()
    {
        using var cgroup = new TestCgroup(CgroupHost.Current, new() { Devices = [s_allowAll] });
        var readKmsg = new DeviceRuleSpec { Allow = true, Type = "c", Major = 1, Minor = 11, Access = "r" };

        Attach(cgroup, null);
        Attach(cgroup, [readKmsg]);

        Assert.Equal(1, Programs(cgroup));
        Assert.Equal("", Try(cgroup, Opens(Kmsg)));
        Assert.Contains("Operation not permitted", Try(cgroup, $"echo > {Kmsg}"), StringComparison.Ordinal);

        // Each kind of access is decided by the last rule that names it.
        Attach(cgroup, [readKmsg with { Access = "w" }, readKmsg, readKmsg with { Allow = false, Access = "w", Minor = null }]);
        Assert.Equal("", Try(cgroup, Opens(Kmsg)));
        Assert.Contains("Operation not permitted", Try(cgroup, $"exec 3<>{Kmsg}"), StringComparison.Ordinal);

        Attach(cgroup, [readKmsg with { Access = "w" }, readKmsg]);
        Assert.Equal("", Try(cgroup, $"exec 3<>{Kmsg}"));

        Attach(cgroup, [s_allowAll]);
        Assert.Equal(0, Programs(cgroup));
    }

    [UnifiedFact]
    public void AProgramOfSomeoneElse_Stays()
    {
        using var cgroup = new TestCgroup(CgroupHost.Current, new() { Devices = [s_allowAll] });
        // mov r0, 1; exit
        int other = Bpf.Load(Bpf.BPF_PROG_TYPE_CGROUP_DEVICE, [0x1_0000_00b7, 0x95], "someone_else"u8, []);
        Assert.True(other >= 0);
        using var handle = new FileHandle(other);
        Assert.Equal(0, Bpf.Attach(cgroup.Entry.UnifiedFd, other, Bpf.BPF_CGROUP_DEVICE, Bpf.BPF_F_ALLOW_MULTI));

        Attach(cgroup, null);
        Attach(cgroup, null);
        Assert.Equal(2, Programs(cgroup));
        Attach(cgroup, [s_allowAll]);

        Assert.Equal(1, Programs(cgroup));
    }

    [RootFact]
    public void TheKernel_TakesLongLists()
    {
        var rules = Enumerable.Range(0, 500).Select(
            i => new DeviceRuleSpec
            {
                Allow = i % 3 != 0, Type = i % 2 == 0 ? "b" : "c", Major = i, Minor = 4294967295 - i, Access = "rw",
            });

        using FileHandle program = DeviceControl.Load(DeviceRules.For([.. rules])!, "a test");

        Assert.True(program.Fd >= 0);
    }

    private static void Attach(TestCgroup cgroup, IReadOnlyList<DeviceRuleSpec>? rules) =>
        DeviceControl.AttachUnified(cgroup.Entry.UnifiedFd, cgroup.Name, DeviceRules.For(rules));

    private static int Programs(TestCgroup cgroup) => Bpf.Query(cgroup.Entry.UnifiedFd, Bpf.BPF_CGROUP_DEVICE, new int[8]);

    private static string Opens(string device) => $": < {device}";

    private static string Try(TestCgroup cgroup, string command)
    {
        Process process = cgroup.Run($"({command})", captureOutput: true);
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return errors;
    }
}
