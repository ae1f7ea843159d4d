using System.Diagnostics;
using PSContainer.Cgroups;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Cgroups.Limits;
using PSContainer.Kernel;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Cgroups;

[Trait("Kernel", "cgroup2")]
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
        var impossible = new ResourcesSpec
        {
            Memory = new() { Limit = 64 << 20 },
            BlockIo = new() { ThrottleReadBpsDevice = [new() { Major = 4094, Minor = 77, Rate = 1000 }] },
        };

        var failure = Assert.Throws<ContainerException>(
            () => ContainerCgroup.Create(CgroupHost.Current, $"{name}/inner", impossible));

        Assert.Equal(Errno.ENODEV, failure.Errno);
        Assert.NotNull(failure.Recommendation);
        Assert.Contains(name, failure.Target, StringComparison.Ordinal);
        Assert.DoesNotContain(CgroupHost.Current.Hierarchies, hierarchy => Directory.Exists(hierarchy.Directory(name)));
    }

    [RootFact]
    public void Create_OfACgroupInUse_IsRefusedAndTouchesNothing()
    {
        using var cgroup = new TestCgroup(CgroupHost.Current, new() { Pids = new() { Limit = 9 } });
        Process process = cgroup.Run("exec sleep 60");
        cgroup.WaitFor(process);

        var failure = Assert.Throws<ContainerException>(
            () => ContainerCgroup.Create(CgroupHost.Current, cgroup.Name, new() { Pids = new() { Limit = 5 } }));

        Assert.Contains("in use", failure.Message, StringComparison.Ordinal);
        Assert.Equal("9", cgroup.Read("pids", "pids.max"));
        Assert.All(cgroup.Entry.Directories, directory => Assert.True(Directory.Exists(directory)));
    }

    [RootFact]
    public void Create_FillsACpusetFromItsParent()
    {
        using var cgroup = new TestCgroup(CgroupHost.Current, new() { Cpu = new() { Cpus = "0" } }, "/inner");

        Assert.Equal("0", cgroup.Read("cpuset", "cpuset.cpus"));
        if (!CgroupHost.Current.Find("cpuset")!.IsUnified)
            Assert.NotEqual("", cgroup.Read("cpuset", "cpuset.mems"));
        Process process = cgroup.Run("exec grep Cpus_allowed_list /proc/self/status", captureOutput: true);
        Assert.Equal("Cpus_allowed_list:\t0\n", process.StandardOutput.ReadToEnd());
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/a/../../b")]
    [InlineData("/a\n")]
    public void Path_ThatLeadsOutOrIsNone_IsRefused(string path) =>
        Assert.Throws<InvalidSpecException>(() => CgroupPlan.Make(Hosts.Legacy, path, null));

    [RootFact]
    public void Plan_NamesEverythingBeforeItIsMade()
    {
        string name = TestCgroup.NewName();
        CgroupPlan plan = CgroupPlan.Make(CgroupHost.Current, name, new() { Pids = new() { Limit = 7 } });

        Assert.Equal(["pids.max = 7"], plan.Writes.Select(write => write.ToString()));
        Assert.True(plan.LimitsDevices);
        Assert.DoesNotContain(plan.Directories, Directory.Exists);
        using ContainerCgroup cgroup = ContainerCgroup.Create(plan);
        Assert.Equal(plan.Directories, cgroup.Directories);
        Assert.All(plan.Directories, directory => Assert.True(Directory.Exists(directory)));
        cgroup.Undo();
        Assert.DoesNotContain(plan.Directories, Directory.Exists);
    }

    [PureUnifiedFact]
    public void Open_GoesWhereTheInitIsWhenTheContainerGaveControllersAway()
    {
        using var cgroup = new TestCgroup(CgroupHost.Current);
        string outer = cgroup.DirectoryOf("cgroup");
        Directory.CreateDirectory($"{outer}/init");
        Process process = cgroup.Run(
            $"echo 0 > {outer}/init/cgroup.procs; echo +pids > {outer}/cgroup.subtree_control; exec sleep 60");
        cgroup.WaitFor(process);

        using ContainerCgroup entry = ContainerCgroup.Open(CgroupHost.Current, cgroup.Entry.Directories, process.Id);
        using ContainerCgroup other = ContainerCgroup.Open(CgroupHost.Current, cgroup.Entry.Directories);

        Assert.Equal($"{outer}/init", new FileInfo($"/proc/self/fd/{entry.UnifiedFd}").LinkTarget);
        Assert.Equal(outer, new FileInfo($"/proc/self/fd/{other.UnifiedFd}").LinkTarget);
    }

    [RootFact]
    public void Open_FindsTheWaysInAgain()
    {
        using var cgroup = new TestCgroup(CgroupHost.Current);
        using ContainerCgroup again = ContainerCgroup.Open(CgroupHost.Current, cgroup.Entry.Directories);

        Assert.Equal(cgroup.Entry.TaskFds.Count, again.TaskFds.Count);
        Assert.Equal(cgroup.Entry.UnifiedFd >= 0, again.UnifiedFd >= 0);
        Assert.Throws<ContainerException>(() => ContainerCgroup.Open(
            CgroupHost.Current, [CgroupHost.Current.Hierarchies[0].Directory(TestCgroup.NewName())]));
    }
}
