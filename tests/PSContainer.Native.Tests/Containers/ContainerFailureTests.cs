using PSContainer.Containers;
using PSContainer.Containers.Options;
using PSContainer.Kernel;
using PSContainer.State;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Containers;

/// <summary>Starts that fail leave nothing, and what a kill at any moment leaves can be listed and removed.</summary>
[Trait("Kernel", "cgroup2")]
public sealed class ContainerFailureTests(EngineFixture fixture) : IClassFixture<EngineFixture>
{
    private ContainerEngine Engine => fixture.Engine;

    [RootFact]
    public void AStartThatFailsLeavesNothing()
    {
        string[] before = [.. Engine.Store.List()];
        ProgramFile.Write(Path.Combine(fixture.Rootfs, "broken"), "#!/no/such/interpreter\n");
        ContainerOptions options = fixture.Options("/broken");
        var error = Assert.Throws<CommandNotFoundInContainerException>(() => Engine.Start(options));
        Assert.NotNull(error.Recommendation);
        Assert.Equal("Execute", error.Step);
        Assert.Equal(before, Engine.Store.List());
        Assert.Null(Engine.Store.Resolve(options.Name!));
        Container later = Engine.Start(options with { Command = ["true"] });
        Assert.Equal(options.Name, later.Name);
    }

    [RootFact]
    public void AContainerThatCannotStartAgainIsStillTheOneThatEnded()
    {
        string program = Path.Combine(fixture.Rootfs, "program");
        ProgramFile.Write(program, "#!/bin/sh\nexit 5\n");
        Container container = Engine.Start(fixture.Options("/program"));
        Assert.Equal(5, container.WaitForExit(TimeSpan.FromSeconds(30)));
        File.Delete(program);
        Assert.Throws<CommandNotFoundInContainerException>(container.Start);
        Assert.Equal(ContainerStatus.Exited, container.State);
        Assert.Equal(5, container.ExitCode);
        ProgramFile.Write(program, "#!/bin/sh\nexit 6\n");
        container.Start();
        Assert.Equal(6, container.WaitForExit(TimeSpan.FromSeconds(30)));
    }

    [RootFact]
    public void NonsenseIsRefusedBeforeAnythingIsMade()
    {
        string[] before = [.. Engine.Store.List()];
        Assert.Throws<InvalidSpecException>(
            () => fixture.Start("true", options => options with { Limits = new() { CpuMax = 10_000 } }));
        Assert.Throws<InvalidSpecException>(
            () => fixture.Start("true", options => options with { Limits = new() { MemoryMax = 512 } }));
        Assert.Throws<InvalidSpecException>(
            () => fixture.Start("true", options => options with { Limits = new() { MemoryMax = -5 } }));
        Assert.Throws<InvalidSpecException>(
            () => fixture.Start("true", options => options with { Limits = new() { CpuSetCpus = "4000" } }));
        Assert.Throws<InvalidSpecException>(
            () => fixture.Start("true", options => options with { Limits = new() { CpuWeight = 0 } }));
        Assert.Throws<RuntimeNotFoundException>(
            () => new ContainerEngine(Engine.Store.Root, "/no/such/executable").Start(fixture.Options("true")));
        Assert.Equal(before, Engine.Store.List());
    }

    [RootFact]
    public void AHalfMadeContainerIsDeadAndCanBeRemoved()
    {
        string id = $"psc-test-{Guid.NewGuid():n}";
        Engine.Store.Claim(id).Dispose();
        File.WriteAllText(Engine.Store.FileOf(id, "config.json"), "{ \"ociVersion\":");
        File.WriteAllText(Engine.Store.FileOf(id, "state.json"), "nonsense");
        Container container = Engine.Get(id);
        Assert.Equal(ContainerStatus.Dead, container.State);
        AssertNoPropertyThrows(container);
        Assert.Throws<ContainerStateException>(container.Start);
        container.Remove();
        Assert.Null(Engine.Find(id));
    }

    [RootFact]
    public void NoPropertyThrowsWhateverHappenedToTheContainer()
    {
        Container container = fixture.Start("exec sleep 100");
        AssertNoPropertyThrows(container);
        container.Kill();
        AssertNoPropertyThrows(container);
        container.Remove();
        AssertNoPropertyThrows(container);
    }

    [RootFact]
    public void WithItsMonitorKilledAContainerCanStillBeStoppedAndRemoved()
    {
        Container container = fixture.Start("exec sleep 100");
        int monitor = int.Parse(AtomicFile.Read(Path.Combine(container.StateDirectory, "monitor"))!);
        using (FileHandle process = Pidfd.Open(monitor)!)
        {
            Pidfd.SendSignal(process.Fd, 9);
            Assert.True(Pidfd.WaitForEnd(process.Fd, 60_000));
        }
        Assert.Equal(ContainerStatus.Running, container.State);
        IReadOnlyList<string> cgroups = container.Cgroup!.Directories;
        container.Stop(TimeSpan.Zero);
        Assert.Equal(ContainerStatus.Exited, container.State);
        container.Remove(force: true);
        Assert.DoesNotContain(cgroups, Directory.Exists);
    }

    [RootTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(8)]
    [InlineData(12)]
    public void AStartKilledAtAnyMomentLeavesWhatCanBeRemoved(int milliseconds)
    {
        string runtime = Engine.Runtime.Path;
        using ContainerRun run = Engine.PrepareRun(fixture.Options("sleep", "100"));
        using (var process = System.Diagnostics.Process.Start(runtime, run.Command.Arguments))
        {
            Thread.Sleep(milliseconds);
            using FileHandle handle = Pidfd.Open(process.Id)!;
            Pidfd.SendSignal(handle.Fd, 9);
            process.WaitForExit();
        }
        Container container = Engine.Get(run.Container.Id);
        AssertNoPropertyThrows(container);
        IReadOnlyList<string> cgroups = Engine.Store.Read(container.Id)?.Cgroups ?? [];
        container.Remove(force: true);
        Assert.False(Directory.Exists(container.StateDirectory));
        Assert.DoesNotContain(cgroups, Directory.Exists);
        Assert.Null(Engine.Store.Resolve(run.Container.Name));
    }

    private static void AssertNoPropertyThrows(Container container)
    {
        foreach (System.Reflection.PropertyInfo property in typeof(Container).GetProperties())
            property.GetValue(container);
        Assert.NotEmpty(container.ToString());
    }
}
