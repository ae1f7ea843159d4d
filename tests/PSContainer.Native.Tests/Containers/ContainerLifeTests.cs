using System.Diagnostics;
using PSContainer.Containers;
using PSContainer.Containers.Options;
using PSContainer.Kernel;
using PSContainer.State;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Containers;

/// <summary>The life of containers, on the real kernel.</summary>
[Trait("Kernel", "cgroup2")]
public sealed class ContainerLifeTests(EngineFixture fixture) : IClassFixture<EngineFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private ContainerEngine Engine => fixture.Engine;

    [RootFact]
    public void ACommandRunsAndItsOutputAndCodeAreKept()
    {
        Container container = fixture.Start("echo out; echo err >&2; hostname; exit 3");
        Assert.Equal(3, container.WaitForExit(Patience));
        Assert.Equal(ContainerStatus.Exited, container.State);
        Assert.True(container.HasExited);
        Assert.False(container.OomKilled);
        Assert.Null(container.Pid);
        Assert.InRange(container.ExitTime!.Value, container.CreatedTime!.Value, DateTime.Now.AddSeconds(1));
        string[] lines = EngineFixture.Output(container).Split('\n');
        Assert.Equivalent(new[] { "out", "err", container.Id[..12] }, lines);
    }

    [RootFact]
    public void ACreatedContainerWaitsUntilItIsStarted()
    {
        Container container = Engine.Create(fixture.Options("sh", "-c", "echo started; exec sleep 100"));
        Assert.Equal(ContainerStatus.Created, container.State);
        Assert.NotNull(container.Pid);
        Assert.Null(container.StartTime);
        Assert.Empty(File.ReadAllText(container.LogPath));
        File.WriteAllText($"{container.RootPath}/written-between", "yes");
        container.Start();
        Assert.Equal(ContainerStatus.Running, container.State);
        Assert.NotNull(container.StartTime);
        container.Start();
        container.Wait([WaitCondition.Log(new("^started$"))], timeout: Patience);
        Assert.Equal("yes", File.ReadAllText(Path.Combine(fixture.Rootfs, "written-between")));
        container.Stop(TimeSpan.Zero);
        Assert.Equal(137, container.ExitCode);
    }

    [RootFact]
    public void NamesAndIdsFindAContainer()
    {
        Container container = fixture.Start("exec sleep 100");
        Assert.Equal(container, Engine.Get(container.Name));
        Assert.Equal(container, Engine.Get(container.Id));
        Assert.Equal(container, Engine.Get(container.Id[..20]));
        Assert.Contains(container, Engine.List());
        Assert.Equal(container, Engine.FindByProcess(container.Pid!.Value));
        Assert.Null(Engine.FindByProcess(Environment.ProcessId));
        Assert.Throws<ContainerNotFoundException>(() => Engine.Get("psc-test-nobody"));
        Assert.Throws<ContainerAlreadyExistsException>(
            () => Engine.Start(fixture.Options("true") with { Name = container.Name }));
        container.Remove(force: true);
        Assert.Throws<ContainerNotFoundException>(() => Engine.Get(container.Name));
        Assert.Equal(ContainerStatus.Exited, container.State);
        Assert.Equal(137, container.ExitCode);
    }

    [RootFact]
    public void ANameIsMadeUp()
    {
        Container container = Engine.Start(fixture.Options("true") with { Name = null });
        Assert.Matches("^[a-z]+-[a-z]+-[0-9a-f]{4}$", container.Name);
        Assert.Equal(container, Engine.Get(container.Name));
    }

    [RootFact]
    public void WithoutACommandItLivesUntilItIsStopped()
    {
        Container container = Engine.Start(fixture.Options());
        Assert.Equal(ContainerStatus.Running, container.State);
        // It heeds the signal: the kill at the end of the time would be another code.
        container.Stop(Patience);
        Assert.Equal(ContainerStatus.Exited, container.State);
        Assert.Equal(0, container.ExitCode);
    }

    [RootFact]
    public void StopSendsTheSignalThatWasAsked()
    {
        Container container = fixture.Start(
            "trap 'exit 7' USR1; echo ready; while :; do sleep 0.05; done", options => options with { StopSignal = Signal.Usr1 });
        container.Wait([WaitCondition.Log(new("ready"))], timeout: Patience);
        container.Stop(Patience);
        Assert.Equal(7, container.ExitCode);
        container.Stop();
    }

    [RootFact]
    public void WhatDoesNotHeedTheSignalIsKilled()
    {
        Container container = fixture.Start("trap '' TERM; echo ready; while :; do sleep 0.05; done");
        container.Wait([WaitCondition.Log(new("ready"))], timeout: Patience);
        container.Stop(TimeSpan.FromMilliseconds(300));
        Assert.Equal(137, container.ExitCode);
    }

    [RootFact]
    public void SignalsReachTheCommand()
    {
        Container container = fixture.Start("trap 'echo got; exit 5' HUP; echo ready; while :; do sleep 0.05; done");
        container.Wait([WaitCondition.Log(new("ready"))], timeout: Patience);
        container.SendSignal(Signal.Hup);
        Assert.Equal(5, container.WaitForExit(Patience));
        Assert.Throws<ContainerStateException>(() => container.SendSignal(Signal.Hup));
    }

    [RootFact]
    public void ASuspendedContainerStandsStillAndCanBeStoppedAndRemoved()
    {
        Container container = fixture.Start("while :; do :; done");
        container.Suspend();
        Assert.Equal(ContainerStatus.Paused, container.State);
        TimeSpan before = container.Measure().CpuUsage!.Value;
        Thread.Sleep(200);
        Assert.True(container.Measure().CpuUsage - before < TimeSpan.FromMilliseconds(20));
        Assert.Throws<ContainerStateException>(() => container.PrepareExec(new() { Command = ["true"] }));
        container.Resume();
        Assert.Equal(ContainerStatus.Running, container.State);
        container.Suspend();
        container.Remove(force: true);
        Assert.False(Directory.Exists(container.StateDirectory));
    }

    [RootFact]
    public void AnEndedContainerStartsAgain()
    {
        Container container = fixture.Start("echo run >> /count; exit 4");
        Assert.Equal(4, container.WaitForExit(Patience));
        container.Start();
        Assert.Equal(4, container.WaitForExit(Patience));
        Assert.Equal(2, File.ReadAllLines(Path.Combine(fixture.Rootfs, "count")).Length);
    }

    [RootFact]
    public void OnlyWhatEndedIsRemovedWithoutForce()
    {
        Container container = fixture.Start("exec sleep 100");
        IReadOnlyList<string> cgroups = container.Cgroup!.Directories;
        Assert.NotEmpty(cgroups);
        Assert.Contains("Stop-Container", Assert.Throws<ContainerStateException>(() => container.Remove()).Recommendation);
        container.Kill();
        container.Remove();
        Assert.DoesNotContain(cgroups, Directory.Exists);
        Assert.False(Directory.Exists(container.StateDirectory));
        container.Remove();
    }

    [RootFact]
    public void RemoveOnExitLeavesNothingButTheCode()
    {
        Container container = fixture.Start("sleep 0.3; exit 9", options => options with { RemoveOnExit = true });
        container.Wait([], timeout: Patience);
        Assert.Equal(9, container.ExitCode);
        var clock = Stopwatch.StartNew();
        while (Directory.Exists(container.StateDirectory) && clock.Elapsed < Patience)
            Thread.Sleep(10);
        Assert.Null(Engine.Find(container.Name));
    }

    [RootFact]
    public void ATimeLimitEndsIt()
    {
        Container container = fixture.Start("exec sleep 100", options => options with { Timeout = TimeSpan.FromSeconds(1) });
        Assert.Equal(137, container.WaitForExit(Patience));
    }

    [RootFact]
    public void AnEphemeralContainerLeavesTheRootAsItIs()
    {
        Container container =
            fixture.Start("echo x > /psc-new && rm /bin/true && ls /bin/true", options => options with { Ephemeral = true });
        Assert.NotEqual(0, container.WaitForExit(Patience));
        Assert.True(Path.Exists(Path.Combine(fixture.Rootfs, "bin/true")));
        Assert.False(Path.Exists(Path.Combine(fixture.Rootfs, "psc-new")));
        Assert.Equal(fixture.Rootfs, container.Rootfs);
    }

    [RootFact]
    public void TheHostsRootIsEphemeralToo()
    {
        string mark = $"/psc-test-{Guid.NewGuid():n}";
        Container container = Engine.Start(new ContainerOptions
        {
            Rootfs = RootfsSource.Host, Command = ["sh", "-c", $"echo x > {mark} && cat {mark}; pwd; echo $$"],
        });
        Assert.Equal("x\n/\n1", EngineFixture.Output(container));
        Assert.False(File.Exists(mark));
    }

    [RootFact]
    public void AReadOnlyRootRefusesWrites()
    {
        Container container = fixture.Start("echo x > /psc-new", options => options with { ReadOnly = true });
        Assert.NotEqual(0, container.WaitForExit(Patience));
        Assert.Contains("Read-only", EngineFixture.Output(container));
    }

    [RootFact]
    public void MountsAreThereAndClosedAsAsked()
    {
        using var directory = new TestDirectory();
        Container container = fixture.Start(
            "cat /srv/file; echo no > /srv/file; echo yes > /scratch/a && cat /scratch/a; stat -f -c %T /scratch",
            options => options with
            {
                Mounts =
                [
                    new() { Source = directory.CanaryDirectory, Destination = "/srv", ReadOnly = true },
                    MountOption.ParseTmpfs("/scratch:size=1m"),
                ],
            });
        string output = EngineFixture.Output(container);
        Assert.Contains("untouched", output);
        Assert.Contains("Read-only", output);
        // What it wrote to standard error comes through another pipe, and can stand between the two.
        Assert.Contains("yes", output);
        Assert.Contains("tmpfs", output);
        directory.AssertCanaryUntouched();
    }

    [RootFact]
    public void TheUserIsTheRootFilesystemsOwn()
    {
        Container container = fixture.Start("id -u; id -g; echo $HOME", options => options with { User = "1234:5678" });
        Assert.StartsWith("1234\n5678", EngineFixture.Output(container));
    }

    [RootFact]
    public void AContainerJoinsAnothersNetwork()
    {
        Container first = fixture.Start("exec sleep 100");
        Container second = fixture.Start("readlink /proc/self/ns/net", options => options with
        {
            Network = NetworkMode.OfContainer(first.Name),
        });
        ulong inode = first.Namespaces.Single(one => one.Type == "network").Inode;
        Assert.Equal($"net:[{inode}]", EngineFixture.Output(second));
        Assert.Throws<ContainerStateException>(() => fixture.Start("true", options => options with
        {
            Network = NetworkMode.OfContainer(second.Name),
        }));
    }

    [RootFact]
    public void TheMemoryLimitKillsAndIsTold()
    {
        Container container = fixture.Start(
            "x=a; while :; do x=$x$x; done", options =>
                options with { Limits = new() { MemoryMax = 32 << 20, MemorySwapMax = 0 } });
        Assert.Equal(137, container.WaitForExit(Patience));
        Assert.True(container.OomKilled);
    }

    [RootFact]
    public void AContainerBoundToASessionEndsWithIt()
    {
        Container container = fixture.Start("exec sleep 100", options => options with { SessionBound = true });
        Assert.Equal(ContainerStatus.Running, container.State);
        // The session is this process: what can be tried here is that it lives on while the session does.
        Thread.Sleep(300);
        Assert.Equal(ContainerStatus.Running, container.State);
    }

    [RootFact]
    public void TheInitKilledFromOutsideIsToldAsSuch()
    {
        Container container = fixture.Start("exec sleep 100");
        using (FileHandle init = Pidfd.Open(container.Pid!.Value)!)
            Pidfd.SendSignal(init.Fd, 9);
        Assert.Equal(137, container.WaitForExit(Patience));
    }
}
