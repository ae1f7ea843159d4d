using PSContainer.Cgroups;
using PSContainer.Cgroups.Limits;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Cgroups;

/// <summary>What the files of each generation say, read from copies of them.</summary>
public sealed class CgroupReadingTests : IDisposable
{
    private readonly TestDirectory _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Unified()
    {
        Write("", ("cgroup.controllers", "cpu io memory pids hugetlb"));
        Write("web",
            ("memory.current", "1048576"), ("memory.peak", "2097152"), ("memory.max", "max"), ("memory.high", "8388608"),
            ("memory.low", "0"), ("memory.min", "4096"), ("memory.oom.group", "1"),
            ("memory.swap.current", "12288"), ("memory.swap.max", "0"),
            ("memory.stat", "anon 500\nfile 600\nfile_mapped 7"),
            ("memory.events", "low 0\nhigh 1\nmax 2\noom 3\noom_kill 4\noom_group_kill 5"),
            ("pids.current", "3"), ("pids.max", "20"), ("cpu.max", "25000 100000"),
            ("cpu.weight", "100"), ("cpu.idle", "0"),
            ("cpu.stat", "usage_usec 1500000\nuser_usec 1000000\nsystem_usec 500000\n" +
                "nr_periods 10\nnr_throttled 4\nthrottled_usec 250"),
            ("io.stat", "8:0 rbytes=100 wbytes=200 rios=3 wios=4 dbytes=0 dios=0\n8:16 rbytes=1 wbytes=2 rios=3 wios=4"),
            ("io.max", "8:16 rbps=1000 wbps=max riops=max wiops=5"), ("io.weight", "default 50\n8:0 70"),
            ("hugetlb.2MB.max", "4194304"), ("hugetlb.2MB.rsvd.max", "4194304"), ("hugetlb.1GB.max", "max"),
            ("cgroup.freeze", "0"), ("cgroup.events", "populated 1\nfrozen 0"), ("cgroup.procs", "10\n2\n0\n"),
            ("memory.pressure", "some avg10=1.50 avg60=0.25 avg300=0.00 total=2000\n" +
                "full avg10=0.50 avg60=0.00 avg300=0.00 total=1000"));
        Write("web/inner", ("cgroup.procs", "30\n"));
        Cgroup cgroup = Cgroup.Open([_root["web"]], Hosts.Parse(Hosts.UnifiedOwn, Hosts.UnifiedMounts, _root.Root));

        Assert.Equal("/web", cgroup.Path);
        Assert.Equal((1048576L, 2097152L, null), (cgroup.MemoryCurrent, cgroup.MemoryPeak, cgroup.MemoryMax));
        Assert.Equal((500L, 600L), (cgroup.MemoryAnonymous, cgroup.MemoryFile));
        Assert.Equal((12288L, 4L), (cgroup.MemorySwapCurrent, cgroup.OomKillCount));
        Assert.Equal((3L, 20L, 0.25, 100), (cgroup.PidsCurrent, cgroup.PidsMax, cgroup.CpuMax, cgroup.CpuWeight));
        Assert.Equal(TimeSpan.FromSeconds(1.5), cgroup.CpuUsage);
        Assert.Equal((1.0, 0.5), (cgroup.CpuUserUsage?.TotalSeconds, cgroup.CpuSystemUsage?.TotalSeconds));
        Assert.Equal((10L, 4L, 250.0), (cgroup.Periods, cgroup.ThrottledPeriods, cgroup.ThrottledTime?.TotalMicroseconds));
        Assert.Equal((101L, 202L, 6L, 8L), (cgroup.IoReadBytes, cgroup.IoWriteBytes, cgroup.IoReads, cgroup.IoWrites));
        Assert.Equal((1.5, 0.5), (cgroup.MemoryPressure!.SomeAverage10, cgroup.MemoryPressure.FullAverage10));
        Assert.Equal(TimeSpan.FromMilliseconds(2), cgroup.MemoryPressure.SomeTotal);
        Assert.Null(cgroup.CpuPressure);
        Assert.True(cgroup.IsPopulated);
        Assert.Equal([2, 10], cgroup.GetProcessIds(recurse: false));
        Assert.Equal([2, 10, 30], cgroup.GetProcessIds());

        CgroupLimit limits = cgroup.ReadLimits();
        Assert.Equal((null, 8388608L, null), (limits.MemoryMax, limits.MemoryHigh, limits.MemoryLow));
        Assert.Equal((4096L, 0L, true), (limits.MemoryMin, limits.MemorySwapMax, limits.MemoryOomGroup));
        Assert.Equal((0.25, false, 20L, 50), (limits.CpuMax, limits.CpuIdle, limits.PidsMax, limits.IoWeight));
        Assert.Equal("8:16 rbps=1000 wiops=5", Assert.Single(limits.IoMax).ToString());
        Assert.Equal(new Dictionary<string, long> { ["2MB"] = 4194304 }, limits.HugetlbMax);
    }

    [Fact]
    public void Legacy()
    {
        Write("memory/web",
            ("memory.usage_in_bytes", "1048576"), ("memory.max_usage_in_bytes", "2097152"), ("memory.limit_in_bytes", "4194304"),
            ("memory.memsw.limit_in_bytes", "6291456"), ("memory.soft_limit_in_bytes", "9223372036854771712"),
            ("memory.stat", "cache 1\nrss 2\ntotal_cache 600\ntotal_rss 500\ntotal_swap 12288"),
            ("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 4"), ("cgroup.procs", "5\n"));
        Write("cpu,cpuacct/web",
            ("cpu.cfs_quota_us", "-1"), ("cpu.cfs_period_us", "100000"), ("cpu.shares", "1024"),
            ("cpuacct.usage", "1500000000"),
            ("cpuacct.stat", "user 100\nsystem 50"), ("cpu.stat", "nr_periods 10\nnr_throttled 4\nthrottled_time 250000"));
        Write("pids/web", ("pids.current", "3"), ("pids.max", "max"));
        Write("freezer/web", ("freezer.state", "FREEZING"));
        Write("blkio/web",
            ("blkio.throttle.io_service_bytes_recursive", "8:0 Read 100\n8:0 Write 200\n8:0 Total 300\n8:16 Read 1\nTotal 301"),
            ("blkio.throttle.write_bps_device", "8:0 77"), ("blkio.throttle.read_iops_device", "8:0 5\n8:16 6"),
            ("blkio.bfq.weight", "100"));
        Cgroup cgroup = Cgroup.Open("/web", Hosts.Parse(Hosts.LegacyOwn, Hosts.LegacyMounts, _root.Root));

        Assert.Equal(5, cgroup.Directories.Count);
        Assert.Equal((1048576L, 2097152L, 4194304L), (cgroup.MemoryCurrent, cgroup.MemoryPeak, cgroup.MemoryMax));
        Assert.Equal((500L, 600L), (cgroup.MemoryAnonymous, cgroup.MemoryFile));
        Assert.Equal((12288L, 4L), (cgroup.MemorySwapCurrent, cgroup.OomKillCount));
        Assert.Equal((3L, null, null, 100), (cgroup.PidsCurrent, cgroup.PidsMax, cgroup.CpuMax, cgroup.CpuWeight));
        Assert.Equal(TimeSpan.FromSeconds(1.5), cgroup.CpuUsage);
        Assert.Equal((1.0, 0.5), (cgroup.CpuUserUsage?.TotalSeconds, cgroup.CpuSystemUsage?.TotalSeconds));
        Assert.Equal((10L, 4L, 250.0), (cgroup.Periods, cgroup.ThrottledPeriods, cgroup.ThrottledTime?.TotalMicroseconds));
        Assert.Equal((101L, 200L, null), (cgroup.IoReadBytes, cgroup.IoWriteBytes, cgroup.MemoryPressure));
        Assert.True(cgroup.IsFrozen);
        Assert.Equal([5], cgroup.GetProcessIds());

        CgroupLimit limits = cgroup.ReadLimits();
        Assert.Equal((4194304L, 2097152L, null), (limits.MemoryMax, limits.MemorySwapMax, limits.MemoryLow));
        Assert.Equal(100, limits.IoWeight);
        Assert.Equal(["8:0 wbps=77 riops=5", "8:16 riops=6"], limits.IoMax.Select(limit => limit.ToString()));
    }

    [Fact]
    public void Hybrid_TakesCpuTimeAndPressureFromV2()
    {
        Write("unified/web",
            ("cpu.stat", "usage_usec 9"), ("cpu.pressure", "some avg10=2.00 avg60=0.00 avg300=0.00 total=1"),
            ("cgroup.freeze", "1"));
        Write("cpu,cpuacct/web", ("cpuacct.usage", "1"), ("cpu.stat", "nr_periods 3\nnr_throttled 0\nthrottled_time 0"));
        Cgroup cgroup = Cgroup.Open("/web", Hosts.Parse(Hosts.HybridOwn, Hosts.HybridMounts, _root.Root));

        Assert.Equal((9.0, 3L, 2.0), (cgroup.CpuUsage?.TotalMicroseconds, cgroup.Periods, cgroup.CpuPressure!.SomeAverage10));
        Assert.True(cgroup.IsFrozen);
    }

    private void Write(string directory, params (string Name, string Text)[] files)
    {
        Directory.CreateDirectory(_root[directory]);
        foreach ((string name, string text) in files)
            File.WriteAllText(Path.Combine(_root[directory], name), text + "\n");
    }
}
