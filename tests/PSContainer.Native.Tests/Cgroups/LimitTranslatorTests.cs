using PSContainer.Cgroups.Hierarchies;
using PSContainer.Cgroups.Limits;
using PSContainer.Spec;

namespace PSContainer.Native.Tests.Cgroups;

public class LimitTranslatorTests
{
    private static readonly ResourcesSpec s_usual = new()
    {
        Memory = new() { Limit = 1000 << 10, Swap = 1500 << 10, Reservation = 500 << 10 },
        Cpu = new() { Shares = 1024, Quota = 50_000, Period = 100_000, Burst = 1000, Idle = 1, Cpus = "0-1", Mems = "0" },
        Pids = new() { Limit = 10 },
        HugepageLimits = [new() { PageSize = "2MB", Limit = 4 << 20 }],
        BlockIo = new()
        {
            ThrottleReadBpsDevice = [new() { Major = 8, Minor = 0, Rate = 1048576 }],
            ThrottleWriteIopsDevice = [new() { Major = 8, Minor = 16, Rate = 0 }],
        },
    };

    [Fact]
    public void Unified_UsesV2FilesAndUnits() => Assert.Equal(
        [
            "memory.max = 1024000", "memory.swap.max = 512000", "memory.low = 512000", "pids.max = 10",
            "cpuset.cpus = 0-1", "cpuset.mems = 0", "cpu.weight = 100", "cpu.idle = 1",
            "cpu.max = 50000 100000", "cpu.max.burst = 1000",
            "io.max = 8:0 rbps=1048576", "io.max = 8:16 wiops=max",
            "hugetlb.2MB.max = 4194304", "hugetlb.2MB.rsvd.max = 4194304",
        ],
        Lines(Hosts.Unified, s_usual));

    [Fact]
    public void Legacy_UsesV1FilesAndUnits() => Assert.Equal(
        [
            "memory.limit_in_bytes = 1024000", "memory.memsw.limit_in_bytes = 1536000", "memory.soft_limit_in_bytes = 512000",
            "pids.max = 10", "cpuset.cpus = 0-1", "cpuset.mems = 0", "cpu.shares = 1024", "cpu.idle = 1",
            "cpu.cfs_period_us = 100000", "cpu.cfs_quota_us = 50000", "cpu.cfs_burst_us = 1000",
            "blkio.throttle.read_bps_device = 8:0 1048576", "blkio.throttle.write_iops_device = 8:16 0",
            "hugetlb.2MB.limit_in_bytes = 4194304", "hugetlb.2MB.rsvd.limit_in_bytes = 4194304",
        ],
        Lines(Hosts.Legacy, s_usual));

    [Fact]
    public void NoLimit_IsMaxOnV2AndMinusOneOnV1()
    {
        var none = new ResourcesSpec
        {
            Memory = new() { Limit = -1 },
            Pids = new() { Limit = -1 },
            Cpu = new() { Quota = -1, Period = 100_000 },
        };

        Assert.Equal(
            ["memory.max = max", "memory.swap.max = max", "pids.max = max", "cpu.max = max 100000"], Lines(Hosts.Unified, none));
        Assert.Equal(
            [
                "memory.limit_in_bytes = -1", "memory.memsw.limit_in_bytes = -1", "pids.max = max",
                "cpu.cfs_period_us = 100000", "cpu.cfs_quota_us = -1",
            ],
            Lines(Hosts.Legacy, none));
    }

    [Fact]
    public void Zero_IsNotSet()
    {
        var zero = new ResourcesSpec
        {
            Memory = new() { Limit = 0, Swap = 0 },
            Cpu = new() { Shares = 0, Quota = 0 },
        };

        Assert.Empty(Lines(Hosts.Unified, zero));
        Assert.Empty(Lines(Hosts.Legacy, zero));
    }

    [Fact]
    public void NoProcesses_AreAsFewAsCanBe()
    {
        var none = new ResourcesSpec { Pids = new() { Limit = 0 } };

        Assert.Equal(["pids.max = 1"], Lines(Hosts.Unified, none));
        Assert.Equal(["pids.max = 1"], Lines(Hosts.Legacy, none));
    }

    [Theory]
    [InlineData("memory.max", "1000", "memory.limit_in_bytes = 1000")]
    [InlineData("memory.max", "max", "memory.limit_in_bytes = -1")]
    [InlineData("memory.low", "1000", "memory.soft_limit_in_bytes = 1000")]
    [InlineData("pids.max", "max", "pids.max = max")]
    [InlineData("cpu.weight", "100", "cpu.shares = 1024")]
    [InlineData("cpu.max", "max 50000", "cpu.cfs_period_us = 50000", "cpu.cfs_quota_us = -1")]
    [InlineData("cpu.max", "20000", "cpu.cfs_quota_us = 20000")]
    [InlineData("cpu.idle", "1", "cpu.idle = 1")]
    [InlineData("io.max", "8:0 rbps=5 wiops=max\n8:16 wbps=7", "blkio.throttle.read_bps_device = 8:0 5",
        "blkio.throttle.write_iops_device = 8:0 0", "blkio.throttle.write_bps_device = 8:16 7")]
    [InlineData("io.weight", "default 100", "blkio.bfq.weight = 100")]
    [InlineData("hugetlb.2MB.max", "max", "hugetlb.2MB.limit_in_bytes = -1")]
    [InlineData("memory.oom.group", "0")]
    public void UnifiedKey_OnV1_IsItsEquivalent(string key, string value, params string[] expected) =>
        Assert.Equal(expected, Lines(Hosts.Legacy, Unified((key, value))));

    [Fact]
    public void UnifiedSwap_OnV1_AddsTheMemoryLimit() => Assert.Equal(
        ["memory.limit_in_bytes = 1000", "memory.memsw.limit_in_bytes = 1500"],
        Lines(Hosts.Legacy, Unified(("memory.max", "1000"), ("memory.swap.max", "500"))));

    [Theory]
    [InlineData("memory.high")]
    [InlineData("memory.min")]
    [InlineData("memory.oom.group")]
    [InlineData("cpu.uclamp.max")]
    public void UnifiedKey_WithoutEquivalent_NamesKeyAndController(string key)
    {
        var failure = Assert.Throws<ControllerUnavailableException>(() => Lines(Hosts.Legacy, Unified((key, "1"))));

        Assert.Contains($"'{key}'", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"'{key[..key.IndexOf('.', StringComparison.Ordinal)]}'", failure.Message, StringComparison.Ordinal);
        Assert.NotNull(failure.Recommendation);
        Assert.Equal([$"{key} = 1"], Lines(Hosts.Unified, Unified((key, "1"))));
    }

    [Theory]
    [InlineData("../memory.max")]
    [InlineData("memory/max")]
    [InlineData("memory..max")]
    [InlineData("memory")]
    [InlineData("")]
    [InlineData("memory.max\n")]
    [InlineData("cgroup.procs")]
    [InlineData("cgroup.subtree_control")]
    public void UnifiedKey_ThatIsNoLimit_IsRefused(string key)
    {
        Assert.Throws<InvalidSpecException>(() => Lines(Hosts.Unified, Unified((key, "1"))));
        Assert.Throws<InvalidSpecException>(() => Lines(Hosts.Legacy, Unified((key, "1"))));
    }

    [Fact]
    public void MissingController_IsNamed()
    {
        var rdma = new ResourcesSpec { Rdma = new Dictionary<string, RdmaLimitSpec> { ["mlx5_0"] = new() { HcaHandles = 3 } } };

        var failure = Assert.Throws<ControllerUnavailableException>(() => Lines(Hosts.Legacy, rdma));
        Assert.Contains("'rdma'", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["rdma.max = mlx5_0 hca_handle=3"], Lines(Hosts.Unified, rdma));
    }

    public static TheoryData<ResourcesSpec> LegacyOnly => new()
    {
        new ResourcesSpec { Memory = new() { Swappiness = 10 } },
        new ResourcesSpec { Memory = new() { DisableOomKiller = true } },
        new ResourcesSpec { Memory = new() { KernelTcp = 10 << 20 } },
        new ResourcesSpec { Cpu = new() { RealtimeRuntime = 1000 } },
        new ResourcesSpec { Network = new() { ClassId = 1 } },
    };

    [Theory]
    [MemberData(nameof(LegacyOnly))]
    public void WhatOnlyV1Has_IsRefusedOnV2(ResourcesSpec resources)
    {
        Assert.Throws<ControllerUnavailableException>(() => Lines(Hosts.Unified, resources));
        Assert.Single(Lines(Hosts.Legacy, resources));
    }

    [Fact]
    public void SwapWithoutMemory_OnV2_TakesTheLimitInForce()
    {
        var swap = new ResourcesSpec { Memory = new() { Swap = 1500 } };

        Assert.Throws<InvalidSpecException>(() => Lines(Hosts.Unified, swap));
        Assert.Equal(["memory.swap.max = 500"], LimitTranslator.Translate(Hosts.Unified, swap, 1000).Select(w => w.ToString()));
    }

    [Fact]
    public void CpuWeight_SurvivesTheWayThroughShares()
    {
        for (int weight = 1; weight <= 10000; weight++)
            Assert.Equal(weight, CpuWeight.FromShares(CpuWeight.ToShares(weight)));
        Assert.Equal(1024UL, CpuWeight.ToShares(100));
        Assert.Equal(1, CpuWeight.FromShares(2));
        Assert.Equal(10000, CpuWeight.FromShares(262144));
    }

    private static ResourcesSpec Unified(params (string Key, string Value)[] pairs) =>
        new() { Unified = pairs.ToDictionary(pair => pair.Key, pair => pair.Value) };

    private static IEnumerable<string> Lines(CgroupHost host, ResourcesSpec resources) =>
        LimitTranslator.Translate(host, resources).Select(write => write.ToString());
}
