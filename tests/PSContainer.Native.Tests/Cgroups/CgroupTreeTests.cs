using PSContainer.Cgroups;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Cgroups.Limits;
using PSContainer.Cgroups.Usage;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Cgroups;

/// <summary>Cgroups that are no container's: made, walked, limited, removed.</summary>
[Trait("Kernel", "cgroup2")]
public sealed class CgroupTreeTests : IDisposable
{
    private readonly string _name = TestCgroup.NewName();

    private string[] Places => [.. CgroupHost.Current.Hierarchies.Select(one => one.Directory(_name)).Where(Directory.Exists)];

    public void Dispose()
    {
        if (CgroupHost.Current.Mode == CgroupMode.None || Cgroup.Open(_name) is not { Exists: true } cgroup)
            return;
        cgroup.Kill();
        cgroup.WaitUntilEmpty(TimeSpan.FromMinutes(1));
        cgroup.Remove();
    }

    [RootFact]
    public void Create_MakesItInEachHierarchyThatItNeeds_AndRemovesIt()
    {
        Cgroup cgroup = Cgroup.Create(_name, new CgroupLimit { MemoryMax = 64 << 20, PidsMax = 9 });
        Assert.Equal(Places.Order(), cgroup.Directories.Order());
        Assert.Equal((_name, 64L << 20, 9L), (cgroup.Path, cgroup.MemoryMax, cgroup.PidsMax));
        Assert.Contains("pids", cgroup.Controllers);
        cgroup.Remove();
        Assert.Empty(Places);
    }

    [RootFact]
    public void Create_LeavesNothing_WhenTheKernelRefusesALimit()
    {
        // A plausible size of pages that no machine has: only the missing file tells.
        var limit = new CgroupLimit { MemoryMax = 64 << 20, HugetlbMax = new Dictionary<string, long> { ["3MB"] = 1 << 22 } };
        Assert.ThrowsAny<ContainerException>(() => Cgroup.Create($"{_name}/a/b", limit));
        Assert.Empty(Places);
    }

    [RootFact]
    public void Create_RefusesOneThatExists_AndLeavesItAlone()
    {
        Cgroup cgroup = Cgroup.Create(_name, new CgroupLimit { PidsMax = 9 });
        Assert.Throws<CgroupAlreadyExistsException>(() => Cgroup.Create(_name, new CgroupLimit { PidsMax = 8 }));
        Assert.Equal(9, cgroup.PidsMax);
    }

    [RootFact]
    public async Task Create_OfManyAtOnce_SucceedsForOne()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            try
            {
                return Cgroup.Create(_name);
            }
            catch (ContainerException)
            {
                return null;
            }
        })));
        // Whoever lost took nothing of the winner's with it; where two hindered each other, nothing is left.
        Assert.True(made.Count(one => one is not null) <= 1);
        if (made.FirstOrDefault(one => one is not null) is { } winner)
            Assert.All(winner.Directories, directory => Assert.True(Directory.Exists(directory)));
        else
            Assert.Empty(Places);
    }

    [RootFact]
    public void Children_AreOneObjectEach_WhateverHierarchiesTheyAreIn()
    {
        Cgroup.Create($"{_name}/one");
        Cgroup.Create($"{_name}/two", new CgroupLimit { CpuSetCpus = "0" });
        Cgroup above = Cgroup.Open(_name);
        IReadOnlyList<Cgroup> children = above.GetChildren();
        Assert.Equal(["one", "two"], children.Select(child => child.Name));
        Assert.Equal("0", children[1].ReadLimits().CpuSetCpus);
        Assert.Equal((_name, 2), (children[0].ParentPath, children[0].Depth));
        Assert.Empty(children[0].GetChildren());
    }

    [RootFact]
    public void AddProcess_MovesItBack_WhenOneHierarchyRefuses()
    {
        Cgroup cgroup = Cgroup.Create(_name);
        using var sleeper = System.Diagnostics.Process.Start("sleep", "60");
        try
        {
            IReadOnlyList<string> before = [.. ProcessCgroups.Of(CgroupHost.Current, sleeper.Id).Select(place => place.Directory)];
            // The last hierarchy is one that has not got this cgroup at all.
            Cgroup broken = Cgroup.Open([.. cgroup.Directories, $"{cgroup.Directories[^1]}-none"]);
            Assert.ThrowsAny<ContainerException>(() => broken.AddProcess(sleeper.Id));
            Assert.Equal(before, ProcessCgroups.Of(CgroupHost.Current, sleeper.Id).Select(place => place.Directory));
            cgroup.AddProcess(sleeper.Id);
            Assert.Equal([sleeper.Id], cgroup.GetProcessIds());
        }
        finally
        {
            sleeper.Kill();
        }
    }

    [RootFact]
    public void RequireRemovable_NamesWhoHoldsIt()
    {
        Cgroup cgroup = Cgroup.Create(_name);
        Cgroup inner = Cgroup.Create($"{_name}/inner");
        Assert.Contains("inner", Assert.Throws<CgroupBusyException>(() => cgroup.RequireRemovable(false, true)).Message);
        using var sleeper = System.Diagnostics.Process.Start("sleep", "60");
        inner.AddProcess(sleeper.Id);
        Assert.Contains($"sleep ({sleeper.Id})", Assert.Throws<CgroupBusyException>(() => cgroup.RequireRemovable(true, false)).Message);
        cgroup.RequireRemovable(true, true);
        Assert.Throws<ContainerException>(() => Cgroup.OpenRoot().RequireRemovable(true, true));
        inner.Stop(null, TimeSpan.Zero);
        Assert.True(sleeper.WaitForExit(60_000));
    }

    [RootFact]
    public void EffectiveLimit_IsTheTightestAboveAProcess()
    {
        Cgroup.Create(_name, new CgroupLimit { MemoryMax = 32 << 20, CpuMax = 1, PidsMax = 50 });
        Cgroup inner = Cgroup.Create($"{_name}/inner", new CgroupLimit { MemoryMax = 64 << 20, PidsMax = 20 });
        using var sleeper = System.Diagnostics.Process.Start("sleep", "60");
        inner.AddProcess(sleeper.Id);
        CgroupEffectiveLimit limit = CgroupEffectiveLimit.Of(sleeper.Id);
        Assert.Equal((32L << 20, _name), (limit.MemoryMax, limit.MemoryMaxCgroup));
        Assert.Equal((1, 1.0, _name), (limit.CpuCount, limit.CpuMax, limit.CpuMaxCgroup));
        Assert.Equal((20L, inner.Path), (limit.PidsMax, limit.PidsMaxCgroup));
        inner.Stop(null, TimeSpan.Zero);
        Assert.True(sleeper.WaitForExit(60_000));
    }

    [RootFact]
    public void Usage_IsWhatThePropertiesSay()
    {
        Cgroup cgroup = Cgroup.Create(_name, new CgroupLimit { MemoryMax = 32 << 20, CpuMax = 0.5 });
        CgroupUsage usage = cgroup.ReadUsage();
        Assert.Equal((cgroup.MemoryMax, cgroup.PidsCurrent, cgroup.CpuMax), (usage.MemoryMax, usage.PidsCurrent, usage.CpuMax));
        Assert.Equal(cgroup.MemoryAnonymous, usage.MemoryAnonymous);
        Assert.NotEmpty(usage.MemoryStat);
        Assert.NotNull(usage.CpuUsage);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/../b")]
    [InlineData("a\nb")]
    [InlineData("")]
    [InlineData("/")]
    public void Create_RefusesWhatCanBeNoPath(string path) =>
        Assert.Throws<InvalidSpecException>(() => Cgroup.PlanCreation(path, host: Hosts.Unified));

    [Theory]
    [InlineData("/a/b", "/a/b")]
    [InlineData("/a/b/", "/a/b")]
    [InlineData("/", "/")]
    public void ResolvePath_TakesPathsFromTheRoot(string text, string path) => Assert.Equal(path, Cgroup.ResolvePath(text));

    [RootFact]
    public void ResolvePath_TakesDirectories()
    {
        CgroupHierarchy hierarchy = CgroupHost.Current.Hierarchies[0];
        Assert.Equal("/a/b", Cgroup.ResolvePath($"{hierarchy.MountPoint}/a/b"));
        Assert.Equal("/", Cgroup.ResolvePath(hierarchy.MountPoint));
    }

    [Fact]
    public void NewLimits_AreTheFilesOfV2()
    {
        var limit = new CgroupLimit
        {
            CpuSetPartition = "isolated",
            IoWeight = 50,
            IoDeviceWeight = new Dictionary<string, int> { ["8:0"] = 200 },
            IoLatency = [IoLatency.Parse("8:0 75ms"), IoLatency.Parse("8:16 max")],
            RawLimit = new Dictionary<string, string> { ["rdma.max"] = "mlx4_0 hca_handle=2" },
        };
        string[] writes = [.. LimitTranslator.Translate(Hosts.Unified, limit.ToResources()).Select(write => write.ToString())];
        Assert.Equal(
            [
                "cpuset.cpus.partition = isolated", "io.weight = default 50", "io.weight = 8:0 200",
                "io.latency = 8:0 target=75000", "io.latency = 8:16 target=max", "rdma.max = mlx4_0 hca_handle=2",
            ],
            writes);
    }

    [Fact]
    public void NewLimits_ThatV1HasNot_AreRefused()
    {
        Assert.Throws<ControllerUnavailableException>(
            () => LimitTranslator.Translate(Hosts.Legacy, new CgroupLimit { CpuSetPartition = "root" }.ToResources()));
        Assert.Throws<ControllerUnavailableException>(
            () => LimitTranslator.Translate(Hosts.Legacy, new CgroupLimit { IoLatency = [IoLatency.Parse("8:0 1s")] }.ToResources()));
        string[] weights = [.. LimitTranslator.Translate(
            Hosts.Legacy,
            new CgroupLimit { IoWeight = 50, IoDeviceWeight = new Dictionary<string, int> { ["8:0"] = 100 } }.ToResources())
            .Select(write => write.ToString())];
        Assert.Equal(["blkio.bfq.weight = 50", "blkio.bfq.weight_device = 8:0 100"], weights);
    }

    [Theory]
    [InlineData("8:0")]
    [InlineData("8:0 fast")]
    [InlineData("sda 10ms")]
    [InlineData("8:0 10ms 20ms")]
    public void Latency_ThatIsNone_IsRefused(string text) => Assert.Throws<InvalidSpecException>(() => IoLatency.Parse(text));

    [Fact]
    public void IoUsage_IsReadFromBothGenerations()
    {
        Assert.Equal(
            [new CgroupIoUsage { Device = "8:0", ReadBytes = 4096, WriteBytes = 8192, Reads = 1, Writes = 2 }],
            CgroupIoUsage.Parse("8:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0\n", null));
        Assert.Equal(
            [new CgroupIoUsage { Device = "8:0", ReadBytes = 4096, WriteBytes = 8192, Reads = 1, Writes = 2 }],
            CgroupIoUsage.Parse("8:0 Read 4096\n8:0 Write 8192\nTotal 12288\n", "8:0 Read 1\n8:0 Write 2\nTotal 3\n"));
    }

    [Fact]
    public void Merge_KeepsWhatAChangeDoesNotName()
    {
        ResourcesSpec known = new CgroupLimit { MemoryMax = 64 << 20, MemorySwapMax = 16 << 20, PidsMax = 5, CpuMax = 0.5, CpuWeight = 200 }.ToResources();
        ResourcesSpec merged = ResourceMerge.Merge(known, new CgroupLimit { MemoryMax = 96 << 20, CpuMax = -1 }.ToResources());
        Assert.Equal((96L << 20, 112L << 20), (merged.Memory!.Limit, merged.Memory.Swap));
        Assert.Equal((5L, -1L, known.Cpu!.Shares), (merged.Pids!.Limit, merged.Cpu!.Quota, merged.Cpu.Shares));
        ResourcesSpec unlimited = ResourceMerge.Merge(known, new CgroupLimit { MemoryMax = -1 }.ToResources());
        Assert.Equal((-1L, null, $"{16 << 20}"), (unlimited.Memory!.Limit, unlimited.Memory.Swap, unlimited.Unified!["memory.swap.max"]));
        Assert.Equal(-1, ResourceMerge.Merge(known, new CgroupLimit { MemoryMax = -1, MemorySwapMax = -1 }.ToResources()).Memory!.Swap);
    }
}
