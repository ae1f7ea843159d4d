using System.Diagnostics;
using PSContainer.Cgroups;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Cgroups.Limits;
using PSContainer.Cgroups.Usage;
using PSContainer.Kernel;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Cgroups;

[Trait("Kernel", "cgroup2")]
public class CgroupLiveTests
{
    [RootFact]
    public void Properties_SayWhatTheKernelSays()
    {
        var limit = new CgroupLimit { MemoryMax = 64 << 20, PidsMax = 20, CpuMax = 0.5 };
        using var cgroup = new TestCgroup(CgroupHost.Current, limit.ToResources());
        Process process = cgroup.Run("i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done; exec sleep 60");
        cgroup.WaitFor(process);
        Cgroup live = cgroup.Live;

        Assert.True(live.Exists);
        Assert.Equal(cgroup.Name, live.Path);
        Assert.Equal([process.Id], live.GetProcessIds());
        Assert.Equal(1, live.PidsCurrent);
        Assert.Equal((20L, 64L << 20, 0.5), (live.PidsMax, live.MemoryMax, live.CpuMax));
        Assert.InRange(live.MemoryCurrent!.Value, 1, 64 << 20);
        Assert.InRange(live.CpuUsage!.Value, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1));
        Assert.Equal(0, live.OomKillCount);
        // The kernel counts a period when its timer ends it.
        Assert.True(SpinWait.SpinUntil(() => live.Periods > 0, TimeSpan.FromMinutes(1)));
        if (CgroupHost.Current.Unified is not null)
            Assert.True(live.CpuPressure!.SomeTotal >= TimeSpan.Zero);
    }

    [RootFact]
    public void Usage_BetweenTwoReadings_IsInPercent()
    {
        using var cgroup = new TestCgroup(CgroupHost.Current, new CgroupLimit { CpuMax = 0.2, CpuWeight = 10000 }.ToResources());
        Process process = cgroup.Run("while :; do :; done");
        CgroupUsage first = cgroup.Live.ReadUsage(), second = first;
        // As soon as it had its turn and used its share up, however busy the machine is.
        for (int i = 0; i < 100 && !(second.ThrottledPercent >= 1); i++)
        {
            Thread.Sleep(600);
            second = cgroup.Live.ReadUsage().Since(first);
        }

        Assert.Null(first.CpuPercent);
        Assert.InRange(second.Interval!.Value.TotalSeconds, 0.5, 300);
        Assert.InRange(second.CpuPercent!.Value, 0.1, 40);
        Assert.InRange(second.ThrottledPercent!.Value, 1, 100);
        Assert.True(second.ThrottledTime > TimeSpan.Zero);
    }

    [RootFact]
    public void OomKill_IsCounted()
    {
        var limit = new CgroupLimit { MemoryMax = 16 << 20, MemorySwapMax = 0 };
        using var cgroup = new TestCgroup(CgroupHost.Current, limit.ToResources());
        // tail keeps what it reads until a line ends, which never happens.
        Process process = cgroup.Run("exec tail /dev/zero");

        Assert.True(process.WaitForExit(60_000));
        Assert.Equal(137, process.ExitCode);
        Assert.True(cgroup.Live.OomKillCount >= 1);
    }

    [RootFact]
    public void PidsMax_StopsForks()
    {
        using var cgroup = new TestCgroup(CgroupHost.Current, new CgroupLimit { PidsMax = 2 }.ToResources());
        Process process = cgroup.Run("sleep 5 & sleep 5 & sleep 5", captureOutput: true);

        Assert.Contains("fork", process.StandardError.ReadToEnd(), StringComparison.OrdinalIgnoreCase);
    }

    [RootFact]
    public void Freeze_StopsAndThawLetsGoOn() => FreezeAndThaw(CgroupHost.Current);

    [LegacyFact]
    public void Freeze_WorksOnV1Alone() => FreezeAndThaw(Hosts.CurrentWithoutUnified);

    [RootFact]
    public void Kill_EndsAllAlsoWhileFrozen() => KillFrozen(CgroupHost.Current);

    [LegacyFact]
    public void Kill_WorksOnV1Alone() => KillFrozen(Hosts.CurrentWithoutUnified);

    [LegacyFact]
    public void Kill_OnV1Alone_OutrunsForks()
    {
        using var cgroup = new TestCgroup(Hosts.CurrentWithoutUnified, new CgroupLimit { PidsMax = 200 }.ToResources());
        Process process = cgroup.Run("f() { sleep 0.01; f & f & }; f 2>/dev/null; wait", captureOutput: true);
        Assert.True(SpinWait.SpinUntil(() => cgroup.Live.PidsCurrent >= 20, TimeSpan.FromMinutes(1)));

        cgroup.Live.Kill();

        Assert.True(cgroup.Live.WaitUntilEmpty(TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void Roots_AreLeftAlone()
    {
        Cgroup root = Cgroup.Open([CgroupHost.Current.Hierarchies[0].MountPoint]);
        Cgroup none = Cgroup.Open(["/tmp"]);

        foreach (Cgroup cgroup in new[] { root, none })
        {
            Assert.Throws<ContainerException>(cgroup.Kill);
            Assert.Throws<ContainerException>(cgroup.Freeze);
            Assert.Throws<ContainerException>(cgroup.Remove);
            Assert.Throws<ContainerException>(() => cgroup.Apply(new CgroupLimit { PidsMax = 1 }));
        }
    }

    [RootFact]
    public void Remove_TakesCgroupsMadeInsideAlong()
    {
        using var cgroup = new TestCgroup(CgroupHost.Current);
        foreach (string directory in cgroup.Entry.Directories)
            Directory.CreateDirectory($"{directory}/inner/innermost");
        Process process = cgroup.Run($"echo 0 > {cgroup.DirectoryOf("pids")}/inner/cgroup.procs; exec sleep 60");
        cgroup.WaitFor(process);

        Assert.Equal([process.Id], cgroup.Live.GetProcessIds(recurse: true));
        var failure = Assert.Throws<ContainerException>(cgroup.Live.Remove);
        Assert.Equal(Errno.EBUSY, failure.Errno);
        cgroup.Live.Kill();
        Assert.True(cgroup.Live.WaitUntilEmpty(TimeSpan.FromMinutes(1)));
        cgroup.Live.Remove();
        cgroup.Live.Remove();

        Assert.False(cgroup.Live.Exists);
    }

    [Fact]
    public void WhatIsGone_HasNoValuesAndIsNoFailure()
    {
        string name = TestCgroup.NewName();
        Cgroup gone = Cgroup.Open([.. CgroupHost.Current.Hierarchies.Select(hierarchy => hierarchy.Directory(name))]);

        gone.Kill();
        Assert.False(gone.Exists);
        Assert.False(gone.IsFrozen);
        Assert.False(gone.IsPopulated);
        Assert.Empty(gone.GetProcessIds());
        Assert.True(gone.ReadLimits().IsEmpty);
        CgroupUsage usage = gone.ReadUsage();
        Assert.Null(usage.MemoryCurrent);
        Assert.Null(usage.CpuUsage);
        Assert.Null(usage.CpuPressure);
        gone.Remove();
    }

    private static void FreezeAndThaw(CgroupHost host)
    {
        using var cgroup = new TestCgroup(host);
        Process process = cgroup.Run("while :; do echo x; done", captureOutput: true);
        Assert.Equal("x", process.StandardOutput.ReadLine());

        cgroup.Live.Freeze();
        TimeSpan before = process.TotalProcessorTime;
        Thread.Sleep(100);
        process.Refresh();
        Assert.True(cgroup.Live.IsFrozen);
        Assert.Equal(before, process.TotalProcessorTime);

        cgroup.Live.Thaw();
        Assert.False(cgroup.Live.IsFrozen);
        var clock = Stopwatch.StartNew();
        Task drain = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        while (process.TotalProcessorTime == before && clock.Elapsed < TimeSpan.FromMinutes(1))
        {
            Thread.Sleep(5);
            process.Refresh();
        }
        Assert.True(process.TotalProcessorTime > before);
        Assert.False(drain.IsCompleted);
    }

    private static void KillFrozen(CgroupHost host)
    {
        using var cgroup = new TestCgroup(host);
        Process process = cgroup.Run("sleep 60 & sleep 60 & exec sleep 60");
        cgroup.WaitFor(process);
        cgroup.Live.Freeze();

        cgroup.Live.Kill();

        Assert.True(process.WaitForExit(60_000));
        Assert.Equal(137, process.ExitCode);
        Assert.True(cgroup.Live.WaitUntilEmpty(TimeSpan.FromMinutes(1)));
    }
}
