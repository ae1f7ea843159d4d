using PSContainer.Cgroups;
using PSContainer.Spec;

namespace PSContainer.Native.Tests.Cgroups;

public class ContainerCgroupTests
{
    [RootFact]
    public void Create_MakesOneDirectoryAHierarchyAndOpensTheWaysIn()
    {
        using var cgroup = new TestCgroup(CgroupHost.Current);

        Assert.All(cgroup.Entry.Directories, directory => Assert.True(Directory.Exists(directory)));
        Assert.Equal(cgroup.Entry.Directories.Count(directory => File.Exists($"{directory}/tasks")), cgroup.Entry.TaskFds.Count);
        Assert.Equal(CgroupHost.Current.Unified is not null, cgroup.Entry.UnifiedFd >= 0);
    }

    [RootFact]
    public void Create_PutsLimitsInForce()
    {
        var host = CgroupHost.Current;
        using var cgroup = new TestCgroup(host, new ResourcesSpec
        {
            Memory = new() { Limit = 64 << 20, Reservation = 32 << 20 },
            Pids = new() { Limit = 17 },
            Cpu = new() { Quota = 50_000, Period = 100_000, Shares = 512 },
        });

        bool v2 = host.Find("memory")!.IsUnified;
        Assert.Equal("67108864", cgroup.Read("memory", v2 ? "memory.max" : "memory.limit_in_bytes"));
        Assert.Equal("33554432", cgroup.Read("memory", v2 ? "memory.low" : "memory.soft_limit_in_bytes"));
        Assert.Equal("17", cgroup.Read("pids", "pids.max"));
        if (host.Find("cpu")!.IsUnified)
        {
            Assert.Equal("50000 100000", cgroup.Read("cpu", "cpu.max"));
            Assert.Equal(CpuWeight.FromShares(512).ToString(), cgroup.Read("cpu", "cpu.weight"));
        }
        else
        {
            Assert.Equal("50000", cgroup.Read("cpu", "cpu.cfs_quota_us"));
            Assert.Equal("512", cgroup.Read("cpu", "cpu.shares"));
        }
    }

    [RootFact]
    public void Create_LeavesNothingWhenTheKernelRefusesALimit()
    {
        string name = TestCgroup.NewName();
        var impossible = new ResourcesSpec { Cpu = new() { Cpus = "4095" } };

        var failure = Assert.Throws<ContainerException>(() => ContainerCgroup.Create(CgroupHost.Current, name, impossible));

        Assert.NotEqual(0, failure.Errno);
        Assert.EndsWith("cpuset.cpus", failure.Target, StringComparison.Ordinal);
        Assert.DoesNotContain(CgroupHost.Current.Hierarchies, hierarchy => Directory.Exists(hierarchy.Directory(name)));
    }
}
