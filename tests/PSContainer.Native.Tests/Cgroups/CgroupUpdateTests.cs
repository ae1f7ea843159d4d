using System.Diagnostics;
using PSContainer.Cgroups;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Cgroups.Limits;
using PSContainer.Spec;
using PSContainer.Tests;
using PSContainer.Words;

namespace PSContainer.Native.Tests.Cgroups;

[Trait("Kernel", "cgroup2")]
public class CgroupUpdateTests
{
    [RootFact]
    public void Limits_AreReadAsTheyWereSet()
    {
        var limit = new CgroupLimit
        {
            MemoryMax = 64 << 20, MemoryLow = 16 << 20, CpuMax = 1.0, CpuWeight = 250, CpuBurst = TimeSpan.FromMilliseconds(5),
            CpuSetCpus = "0", PidsMax = 30,
        };
        using var cgroup = new TestCgroup(CgroupHost.Current, limit.ToResources());

        CgroupLimit read = cgroup.Live.ReadLimits();

        Assert.Equal(
            (limit.MemoryMax, limit.MemoryLow, limit.CpuMax, limit.CpuWeight, limit.CpuBurst, limit.CpuSetCpus, limit.PidsMax),
            (read.MemoryMax, read.MemoryLow, read.CpuMax, read.CpuWeight, read.CpuBurst, read.CpuSetCpus, read.PidsMax));
        Assert.Equal((null, null), (read.MemoryHigh, read.MemoryMin));
        Assert.Empty(read.IoMax);
    }

    [RootFact]
    public void Apply_RaisesLowersAndTakesAway()
    {
        using var cgroup = new TestCgroup(CgroupHost.Current);
        foreach (int megabytes in new[] { 64, 128, 32 })
        {
            cgroup.Live.Apply(
                new CgroupLimit { MemoryMax = megabytes << 20, MemorySwapMax = 8 << 20, CpuMax = megabytes / 128.0 });
            CgroupLimit read = cgroup.Live.ReadLimits();
            Assert.Equal(((long)megabytes << 20, 8L << 20), (read.MemoryMax, read.MemorySwapMax));
            Assert.Equal(megabytes / 128.0, read.CpuMax);
        }
        cgroup.Live.Apply(new CgroupLimit { PidsMax = 5 });
        Assert.Equal((5L, 32L << 20), (cgroup.Live.PidsMax, cgroup.Live.MemoryMax));

        cgroup.Live.Apply(new CgroupLimit { MemoryMax = -1, MemorySwapMax = CgroupLimit.Max, CpuMax = -1, PidsMax = -1 });
        CgroupLimit none = cgroup.Live.ReadLimits();
        Assert.Equal((null, null, null, null), (none.MemoryMax, none.MemorySwapMax, none.CpuMax, none.PidsMax));
    }

    // v1 has one limit for both, which must be raised first and lowered last.
    [RootFact]
    public void Apply_OfAnotherMemoryLimit_LeavesTheSwapAsItIs()
    {
        var limit = new CgroupLimit { MemoryMax = 64 << 20, MemorySwapMax = 16 << 20 };
        using var cgroup = new TestCgroup(CgroupHost.Current, limit.ToResources());
        foreach (int megabytes in new[] { 256, 32, 96 })
        {
            var change = new CgroupLimit { MemoryMax = megabytes << 20 };
            int planned = cgroup.Live.PlanLimits(change).Count;
            cgroup.Live.Apply(change);

            CgroupLimit read = cgroup.Live.ReadLimits();
            Assert.Equal(((long)megabytes << 20, 16L << 20), (read.MemoryMax, read.MemorySwapMax));
            Assert.Equal(cgroup.Host.Find("memory")!.IsUnified ? 1 : 2, planned);
        }
        if (cgroup.Host.Find("memory")!.IsUnified)
        {
            cgroup.Live.Apply(new CgroupLimit { MemoryMax = CgroupLimit.Max });
            Assert.Equal((null, 16L << 20), (cgroup.Live.ReadLimits().MemoryMax, cgroup.Live.ReadLimits().MemorySwapMax));
        }
        cgroup.Live.Apply(new CgroupLimit { MemoryMax = CgroupLimit.Max, MemorySwapMax = CgroupLimit.Max });
        Assert.Equal((null, null), (cgroup.Live.ReadLimits().MemoryMax, cgroup.Live.ReadLimits().MemorySwapMax));
    }

    // v1 has no limit on swap alone: what was asked for before must not go without a word.
    [LegacyFact]
    public void Apply_OfNoMemoryLimit_IsRefusedWhereASwapLimitWouldGo()
    {
        var limit = new CgroupLimit { MemoryMax = 64 << 20, MemorySwapMax = 16 << 20 };
        using var cgroup = new TestCgroup(CgroupHost.Current, limit.ToResources());
        foreach (CgroupLimit change in new CgroupLimit[]
            { new() { MemoryMax = CgroupLimit.Max }, new() { MemoryMax = long.MaxValue }, new() { MemoryMax = -1, MemorySwapMax = 0, PidsMax = 7 } })
        {
            var refused = Assert.Throws<InvalidSpecException>(() => cgroup.Live.Apply(change));
            Assert.Contains("-MemorySwapMax max", refused.Recommendation, StringComparison.Ordinal);
            Assert.Throws<InvalidSpecException>(() => cgroup.Live.PlanLimits(change));
            CgroupLimit read = cgroup.Live.ReadLimits();
            Assert.Equal((64L << 20, 16L << 20, null), (read.MemoryMax, read.MemorySwapMax, read.PidsMax));
        }
        cgroup.Live.Apply(new CgroupLimit { MemoryMax = CgroupLimit.Max, MemorySwapMax = CgroupLimit.Max });
        Assert.Null(cgroup.Live.ReadLimits().MemorySwapMax);
        cgroup.Live.Apply(new CgroupLimit { MemoryMax = CgroupLimit.Max });
    }

    [RootFact]
    public void Apply_OfLessCpuThanTheBurst_NamesTheBurst()
    {
        var limit = new CgroupLimit { CpuMax = 1, CpuBurst = TimeSpan.FromMilliseconds(50) };
        using var cgroup = new TestCgroup(CgroupHost.Current, limit.ToResources());
        foreach (CgroupLimit change in new CgroupLimit[] { new() { CpuMax = 0.1 }, new() { CpuBurst = TimeSpan.FromMilliseconds(200) } })
        {
            var refused = Assert.Throws<ContainerException>(() => cgroup.Live.Apply(change));
            Assert.Contains("the burst of ", refused.Message, StringComparison.Ordinal);
            Assert.Contains("-CpuBurst", refused.Recommendation, StringComparison.Ordinal);
            Assert.Equal((1.0, TimeSpan.FromMilliseconds(50)), (cgroup.Live.ReadLimits().CpuMax, cgroup.Live.ReadLimits().CpuBurst));
        }
        cgroup.Live.Apply(new CgroupLimit { CpuMax = 0.1, CpuBurst = TimeSpan.FromMilliseconds(10) });
        Assert.Equal((0.1, TimeSpan.FromMilliseconds(10)), (cgroup.Live.ReadLimits().CpuMax, cgroup.Live.ReadLimits().CpuBurst));
    }

    [LegacyFact]
    public void Apply_OfMoreCpuThanTheCgroupAboveHas_NamesThatOne()
    {
        using var upper = new TestCgroup(CgroupHost.Current, new CgroupLimit { CpuMax = 0.5 }.ToResources());
        Cgroup lower = Cgroup.Create($"{upper.Name}/below", controllers: ["cpu"]);

        var more = Assert.Throws<ContainerException>(() => lower.Apply(new CgroupLimit { CpuMax = 0.75 }));
        Assert.Contains($"'{upper.DirectoryOf("cpu")}' above has 0.5 CPUs", more.Message, StringComparison.Ordinal);
        Assert.Null(lower.ReadLimits().CpuMax);

        lower.Apply(new CgroupLimit { CpuMax = 0.25 });
        var less = Assert.Throws<ContainerException>(() => upper.Live.Apply(new CgroupLimit { CpuMax = 0.125 }));
        Assert.Contains("/below' below has 0.25 CPUs", less.Message, StringComparison.Ordinal);
        Assert.Equal((0.5, 0.25), (upper.Live.ReadLimits().CpuMax, lower.ReadLimits().CpuMax));
        lower.Remove();
    }

    [LegacyFact]
    public void Apply_OfLessMemoryThanIsUsed_SaysHowMuchThatIs()
    {
        const long Used = 8 << 20;
        var less = new CgroupLimit { MemoryMax = 1 << 20, MemorySwapMax = 0 };
        using var cgroup = new TestCgroup(CgroupHost.Current);
        string file = $"/dev/shm{cgroup.Name}";
        try
        {
            Process process = cgroup.Run($"head -c {Used} /dev/zero >{file}; exec sleep 60");
            cgroup.WaitFor(process);

            var refused = Assert.Throws<InvalidSpecException>(() => cgroup.Live.Apply(less));
            Assert.Contains($"{Used} of files in memory", refused.Message, StringComparison.Ordinal);
            // In the specification's words nobody but the kernel looks.
            var busy = Assert.Throws<ContainerException>(() => cgroup.Live.Apply(less.ToResources()));
            Assert.Matches("EBUSY .*: [0-9]+ bytes are in use$", busy.Message);
            Assert.Contains("higher limit", busy.Recommendation, StringComparison.Ordinal);
            Assert.Null(cgroup.Live.MemoryMax);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [LegacyFact]
    public void Apply_OfCpusThatContradictAnotherCgroup_NamesThatOne()
    {
        string all = CgroupHost.Current.Find("cpuset") is { } hierarchy
            ? File.ReadAllText($"{hierarchy.OwnDirectory}/cpuset.cpus").Trim() : "";
        if (all.Length == 0 || NumberList.Read(all) is not { Count: > 1 } numbers)
            return; // One processor contradicts nothing.
        (string first, string last) = ($"{numbers.Min}", $"{numbers.Max}");
        var both = new CgroupLimit { CpuSetCpus = $"{first},{last}", CpuSetMems = "0" };
        using var upper = new TestCgroup(CgroupHost.Current, both.ToResources());
        Cgroup lower = Cgroup.Create($"{upper.Name}/below", controllers: ["cpuset"]);
        lower.Apply(new CgroupLimit { CpuSetCpus = last, CpuSetMems = "0" });

        var less = Assert.Throws<ContainerException>(() => upper.Live.Apply(new CgroupLimit { CpuSetCpus = first }));
        Assert.Contains($"/below' below has {last}", less.Message, StringComparison.Ordinal);
        lower.Apply(new CgroupLimit { CpuSetCpus = first });
        upper.Live.Apply(new CgroupLimit { CpuSetCpus = first });
        var more = Assert.Throws<ContainerException>(() => lower.Apply(new CgroupLimit { CpuSetCpus = last }));
        Assert.Contains($"'{upper.DirectoryOf("cpuset")}' above has only {first}", more.Message, StringComparison.Ordinal);
        lower.Remove();
    }

    [RootFact]
    public void Apply_PutsAllBackWhenOneIsRefused()
    {
        var limit = new CgroupLimit { MemoryMax = 64 << 20, PidsMax = 9, CpuMax = 0.5 };
        using var cgroup = new TestCgroup(CgroupHost.Current, limit.ToResources());
        CgroupLimit before = cgroup.Live.ReadLimits();

        var change = new CgroupLimit
        {
            MemoryMax = 96 << 20, PidsMax = 10, CpuMax = 0.25, IoMax = [new() { Device = "4094:77", ReadsPerSecond = 1 }],
        };
        Assert.Throws<InvalidSpecException>(() => cgroup.Live.Apply(change));
        // In the specification's words nobody but the kernel looks for the device.
        Assert.Throws<ContainerException>(() => cgroup.Live.Apply(change.ToResources()));

        CgroupLimit after = cgroup.Live.ReadLimits();
        Assert.Equal((before.MemoryMax, before.PidsMax, before.CpuMax), (after.MemoryMax, after.PidsMax, after.CpuMax));
        Assert.Empty(after.IoMax);
    }

    [RootFact]
    public void Apply_BelowWhatIsUsed_IsRefusedWhenAsked()
    {
        using var cgroup = new TestCgroup(CgroupHost.Current);
        Process process = cgroup.Run("exec sleep 60");
        cgroup.WaitFor(process);

        Assert.Throws<InvalidSpecException>(
            () => cgroup.Live.Apply(new ResourcesSpec { Memory = new() { Limit = 4096, CheckBeforeUpdate = true } }));
        Assert.Null(cgroup.Live.MemoryMax);
    }

    [LegacyFact]
    public void Apply_OfAControllerNotStartedWith_TakesTheProcessesThere()
    {
        using var cgroup = new TestCgroup(CgroupHost.Current);
        Process process = cgroup.Run("sleep 60 & exec sleep 60");
        cgroup.WaitFor(process);
        int directories = cgroup.Live.Directories.Count;

        cgroup.Live.Apply(new CgroupLimit { CpuSetCpus = "0" });

        Assert.Equal(directories + 1, cgroup.Live.Directories.Count);
        Assert.Equal(2, cgroup.Live.GetProcessIds().Count);
        Assert.Contains("Cpus_allowed_list:\t0\n", File.ReadAllText($"/proc/{process.Id}/status"), StringComparison.Ordinal);
        Assert.Equal("0", cgroup.Live.ReadLimits().CpuSetCpus);
    }

    [RootFact]
    public void Apply_ReplacesDeviceRules()
    {
        using var cgroup = new TestCgroup(CgroupHost.Current);
        Assert.NotEqual(0, Read(cgroup, "/dev/kmsg"));
        Assert.Equal(0, Read(cgroup, "/dev/zero"));

        cgroup.Live.Apply(
            new ResourcesSpec { Devices = [new() { Allow = true, Type = "c", Major = 1, Minor = 11, Access = "r" }] });
        Assert.Equal(0, Read(cgroup, "/dev/kmsg"));

        cgroup.Live.Apply(new ResourcesSpec { Devices = [] });
        Assert.NotEqual(0, Read(cgroup, "/dev/kmsg"));
    }

    private static int Read(TestCgroup cgroup, string device)
    {
        Process process = cgroup.Run($"exec dd if={device} of=/dev/null bs=1 count=0", captureOutput: true);
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
