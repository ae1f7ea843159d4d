using PSContainer.Cgroups.Hierarchies;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Cgroups;

[Trait("Kernel", "cgroup2")]
public class CgroupHostTests
{
    [Fact]
    public void Legacy_FindsEveryControllerAlsoWhereTwoShareAMount()
    {
        Assert.Equal(CgroupMode.Legacy, Hosts.Legacy.Mode);
        Assert.Null(Hosts.Legacy.Unified);
        Assert.Equal("/sys/fs/cgroup/cpu,cpuacct", Hosts.Legacy.Find("cpuacct")!.MountPoint);
        Assert.Equal("/sys/fs/cgroup/pids/user.slice/user-0.slice/session-1.scope", Hosts.Legacy.Find("pids")!.OwnDirectory);
        Assert.Null(Hosts.Legacy.Find("rdma"));
        Assert.DoesNotContain("name=systemd", Hosts.Legacy.Controllers);
    }

    [Fact]
    public void Hybrid_HasV1BeforeV2()
    {
        CgroupHost host = Hosts.Parse(Hosts.HybridOwn, Hosts.HybridMounts);

        Assert.Equal(CgroupMode.Hybrid, host.Mode);
        Assert.Equal("/sys/fs/cgroup/unified", host.Unified!.MountPoint);
        Assert.False(host.Find("memory")!.IsUnified);
        Assert.Same(host.Unified, host.Hierarchies[^1]);
        Assert.Same(host.Unified, host.HierarchyOf("/sys/fs/cgroup/unified/web"));
    }

    [Fact]
    public void Unified_ReadsControllersFromTheMount()
    {
        using var root = new TestDirectory();
        File.WriteAllText($"{root.Root}/cgroup.controllers", "cpuset cpu io memory pids\n");
        CgroupHost host = Hosts.Parse(Hosts.UnifiedOwn, Hosts.UnifiedMounts, root.Root);

        Assert.Equal(CgroupMode.Unified, host.Mode);
        Assert.Equal(["cpuset", "cpu", "io", "memory", "pids"], host.Controllers);
        Assert.True(host.Find("memory")!.IsUnified);
        Assert.Equal(
            $"{root.Root}/user.slice/user-1000.slice/user@1000.service/app.slice/run-7.scope", host.Unified!.OwnDirectory);
    }

    [Fact]
    public void MountOfASubtree_CountsFromThatSubtree()
    {
        CgroupHost host = Hosts.Parse(
            "4:memory:/docker/abc/inner\n", "9 8 0:1 /docker/abc /sys/fs/cgroup/mem\\040ory rw - cgroup cgroup rw,memory\n");

        Assert.Equal("/sys/fs/cgroup/mem ory/inner", host.Find("memory")!.OwnDirectory);
    }

    [Fact]
    public void NoMount_IsNone() => Assert.Equal(CgroupMode.None, Hosts.Parse("", "").Mode);

    [Fact]
    public void ProbeOfThisHost_SaysWhatMountinfoSays()
    {
        CgroupHost probed = CgroupHost.Probe();
        CgroupHost parsed = CgroupHostParser.Parse(
            CgroupHostParser.ParseOwn(File.ReadAllText("/proc/self/cgroup")), File.ReadAllText("/proc/self/mountinfo"));

        Assert.Equal(parsed.Mode, probed.Mode);
        Assert.Equal(Describe(parsed), Describe(probed));
        Assert.NotEqual(CgroupMode.None, probed.Mode);
    }

    private static IEnumerable<string> Describe(CgroupHost host) => host.Hierarchies
        .Select(hierarchy => $"{hierarchy.MountPoint} {hierarchy.OwnDirectory} {string.Join(',', hierarchy.Controllers)}")
        .Order(StringComparer.Ordinal);
}
