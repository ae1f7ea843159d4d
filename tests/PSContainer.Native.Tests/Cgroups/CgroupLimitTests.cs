using PSContainer.Cgroups.Limits;
using PSContainer.Spec;

namespace PSContainer.Native.Tests.Cgroups;

public class CgroupLimitTests
{
    [Fact]
    public void ToResources_TranslatesEveryLimit()
    {
        ResourcesSpec resources = new CgroupLimit
        {
            MemoryMax = 512 << 20, MemorySwapMax = 0, MemoryHigh = 400 << 20, MemoryLow = 100 << 20, MemoryMin = 10 << 20,
            MemoryOomGroup = true, CpuMax = 0.5, CpuWeight = 200, CpuBurst = TimeSpan.FromMilliseconds(10), CpuIdle = false,
            CpuSetCpus = "0", CpuSetMems = "0", PidsMax = 64, IoWeight = 50,
            IoMax = [new() { Device = "8:0", ReadBytesPerSecond = 1000, WritesPerSecond = CgroupLimit.Max }],
            HugetlbMax = new Dictionary<string, long> { ["2MB"] = 0 },
        }.ToResources();

        Assert.Equal(
            [
                "memory.max = 536870912", "memory.swap.max = 0", "memory.low = 104857600", "pids.max = 64",
                "cpuset.cpus = 0", "cpuset.mems = 0", "cpu.weight = 200", "cpu.idle = 0",
                "cpu.max = 50000 100000", "cpu.max.burst = 10000",
                "io.max = 8:0 rbps=1000", "io.max = 8:0 wiops=max", "hugetlb.2MB.max = 0", "hugetlb.2MB.rsvd.max = 0",
                "memory.high = 419430400", "memory.min = 10485760", "memory.oom.group = 1", "io.weight = default 50",
            ],
            LimitTranslator.Translate(Hosts.Unified, resources).Select(write => write.ToString()));
    }

    [Theory]
    [InlineData(-1L)]
    [InlineData(long.MaxValue)]
    public void ToResources_KnowsBothWordsForNoLimit(long none)
    {
        var limit = new CgroupLimit { MemoryMax = none, PidsMax = none, CpuMax = double.PositiveInfinity };
        ResourcesSpec resources = limit.ToResources();

        Assert.Equal((-1, -1, -1), (resources.Memory!.Limit, resources.Pids!.Limit, resources.Cpu!.Quota));
    }

    [Fact]
    public void ToResources_OfNothing_IsNothing()
    {
        Assert.Equal(new ResourcesSpec(), new CgroupLimit().ToResources());
        Assert.True(new CgroupLimit().IsEmpty);
        Assert.False(new CgroupLimit { PidsMax = 1 }.IsEmpty);
    }

    public static TheoryData<CgroupLimit, string> Nonsense => new()
    {
        { new CgroupLimit { MemoryMax = 0 }, "MemoryMax" },
        { new CgroupLimit { PidsMax = 0 }, "PidsMax" },
        { new CgroupLimit { PidsMax = (4 << 20) + 1 }, "PidsMax" },
        { new CgroupLimit { CpuMax = 0 }, "CpuMax" },
        { new CgroupLimit { CpuMax = double.NaN }, "CpuMax" },
        { new CgroupLimit { CpuMax = 100_000 }, "CPUs" },
        { new CgroupLimit { CpuWeight = 0 }, "CpuWeight" },
        { new CgroupLimit { IoWeight = 10001 }, "IoWeight" },
        { new CgroupLimit { CpuSetCpus = "4000" }, "4000" },
        { new CgroupLimit { CpuSetCpus = "3-1" }, "3-1" },
        { new CgroupLimit { CpuBurst = TimeSpan.FromSeconds(-1) }, "CpuBurst" },
        { new CgroupLimit { CpuMax = 0.1, CpuBurst = TimeSpan.FromSeconds(1) }, "burst" },
        { new CgroupLimit { HugetlbMax = new Dictionary<string, long> { ["../x"] = 1 } }, "../x" },
        { new CgroupLimit { IoMax = [new() { Device = "sda", ReadsPerSecond = 1 }] }, "sda" },
    };

    [Theory]
    [MemberData(nameof(Nonsense))]
    public void Require_RefusesNonsenseWithARecommendation(CgroupLimit limit, string named)
    {
        var failure = Assert.Throws<InvalidSpecException>(() => CgroupLimitRules.Require(limit, Hosts.Unified));

        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
        Assert.NotNull(failure.Recommendation);
    }

    [Fact]
    public void Require_RefusesALimitWithoutController() =>
        Assert.Throws<ControllerUnavailableException>(
            () => CgroupLimitRules.Require(new() { MemoryHigh = 1 << 20 }, Hosts.Legacy));

    [Theory]
    [InlineData("8:0 rbps=10MB wiops=100", "8:0 rbps=10485760 wiops=100")]
    [InlineData("8:0,wbps=max", "8:0 wbps=max")]
    public void IoLimit_IsReadAsPeopleWriteIt(string text, string expected) =>
        Assert.Equal(expected, IoLimit.Parse(text).ToString());

    [Theory]
    [InlineData("8:0")]
    [InlineData("sda rbps=1")]
    [InlineData("8:0 bps=1")]
    [InlineData("8:0 rbps")]
    [InlineData("/dev/null rbps=1")]
    public void IoLimit_RefusesOtherText(string text) => Assert.Throws<InvalidSpecException>(() => IoLimit.Parse(text));

    [Fact]
    public void Limits_are_shown_by_what_there_is()
    {
        Assert.Equal("", new CgroupLimit().ToString());
        var limit = new CgroupLimit
        {
            MemoryMax = 1024, CpuMax = 0.5, IoMax = [IoLimit.Parse("8:0 rbps=1048576")], HugetlbMax = new Dictionary<string, long> { ["2MB"] = 7 },
        };
        Assert.Equal($"MemoryMax=1024, CpuMax=0.5, IoMax={limit.IoMax[0]}, hugetlb.2MB.max=7", limit.ToString());
    }
}
