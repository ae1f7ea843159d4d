using System.Diagnostics;
using System.Text;
using PSContainer.Containers;
using PSContainer.Containers.Audit;
using PSContainer.Containers.Insight;
using PSContainer.Containers.Options;
using PSContainer.Programs;
using PSContainer.Spec;
using PSContainer.State;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Containers;

/// <summary>Less common ways to run a container, on the real kernel.</summary>
[Trait("Kernel", "cgroup2")]
public sealed class ContainerFeatureTests(EngineFixture fixture) : IClassFixture<EngineFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [RootFact]
    public void FilesAreCopiedInAndOut()
    {
        using var directory = new TestDirectory();
        string source = directory["tree"];
        Directory.CreateDirectory(source);
        File.WriteAllText(Path.Combine(source, "file"), "content");
        Container container = fixture.Start("exec sleep 100", options => options with { Ephemeral = true });
        container.CopyTo(source, "/tmp", new() { Recurse = true, Owner = "12:34", Mode = 0x180 });
        container.CopyFrom("/tmp/tree/file", directory["back"]);
        Assert.Equal("content", File.ReadAllText(directory["back"]));
        Assert.Equal("12 34 600\n", Exec(container, "stat", "-c", "%u %g %a", "/tmp/tree/file"));
        Assert.Throws<ContainerException>(() => container.CopyTo(source, "/tmp"));
        container.Kill();
        Assert.Throws<ContainerStateException>(() => container.CopyFrom("/tmp/tree/file", directory["late"]));
    }

    [RootFact]
    public void ALinkOfTheContainerLeadsNowhereOutside()
    {
        using var directory = new TestDirectory();
        Container container = fixture.Start(
            $"ln -s {directory.CanaryDirectory} /tmp/out; exec sleep 100", options => options with { Ephemeral = true });
        container.Wait([WaitCondition.File("/tmp")], timeout: Patience);
        File.WriteAllText(directory["new"], "new");
        Assert.ThrowsAny<ContainerException>(() => container.CopyTo(directory["new"], "/tmp/out/file"));
        directory.AssertCanaryUntouched();
    }

    [RootFact]
    public void TheEndIsAnEvent()
    {
        Container container = fixture.Start("read go; exit 6", options => options with { Interactive = true });
        using var ended = new ManualResetEventSlim();
        ContainerExitedEventArgs? told = null;
        container.Exited += (_, arguments) =>
        {
            told = arguments;
            ended.Set();
        };
        File.WriteAllText(Path.Combine(container.StateDirectory, "stdin"), "go\n");
        Assert.True(ended.Wait(Patience));
        Assert.Equal(6, told!.ExitCode);
        Assert.False(told.OomKilled);
    }

    [RootFact]
    public void AKillForMemoryIsAnEventAlsoWhenTheContainerGoesOn()
    {
        Container container = fixture.Start(
            "read go; sh -c 'x=a; while :; do x=$x$x; done'; exec sleep 1000",
            options => options with { Interactive = true, Limits = new() { MemoryMax = 32 << 20, MemorySwapMax = 0 } });
        using var killed = new ManualResetEventSlim();
        EventHandler handler = (_, _) => killed.Set();
        container.OutOfMemory += handler;
        // From now on: also what happens before the thread that watches has its turn.
        File.WriteAllText(Path.Combine(container.StateDirectory, "stdin"), "go\n");
        Assert.True(killed.Wait(Patience));
        container.OutOfMemory -= handler;
        Assert.Equal(ContainerStatus.Running, container.State);
    }

    [RootFact]
    public void TheStartTimeIsTheCommandsAndNotTheParkedProcesss()
    {
        Container container = fixture.Engine.Create(fixture.Options("sleep", "100"));
        Thread.Sleep(500);
        container.Start();
        Assert.True(container.StartTime - container.CreatedTime > TimeSpan.FromMilliseconds(400));
        Assert.Equal(container.StartTime, fixture.Engine.Get(container.Id).StartTime);
    }

    [RootFact]
    public void RootOfAUserNamespaceIsNobodyOutside()
    {
        IdMapping[] map = [new() { ContainerId = 0, HostId = 200_000, Size = 65_536 }];
        File.SetUnixFileMode(fixture.Rootfs, (UnixFileMode)0x1FF);
        Container container = fixture.Start(
            "id -u; cat /proc/self/uid_map; exec sleep 100", options => options with { UidMap = map, GidMap = map });
        container.Wait([WaitCondition.Log(new("65536"))], timeout: Patience);
        Assert.Contains("Uid:\t200000\t", File.ReadAllText($"/proc/{container.Pid}/status"));
        ContainerProcess init = container.GetProcesses().Single(one => one.NamespaceId == 1);
        Assert.Equal((0u, "root"), (init.UserId!.Value, init.User));
        Assert.DoesNotContain(container.Audit(), check => check.Result != CheckResult.Pass);
    }

    [RootFact]
    public void WithTheHostsNetworkItsNamesAreThere()
    {
        Container container = fixture.Start(
            "readlink /proc/self/ns/net; cat /etc/hosts; echo x >> /etc/hosts || echo closed",
            options => options with { Network = NetworkMode.Host, Ephemeral = true });
        string output = EngineFixture.Output(container);
        Assert.Contains(new FileInfo("/proc/self/ns/net").LinkTarget!, output);
        Assert.Contains(File.ReadAllText("/etc/hosts").Trim(), output);
        Assert.Contains("closed", output);
    }

    [RootFact]
    public void ACommandCanHaveATerminal()
    {
        Container container =
            fixture.Start("test -t 0 && test -t 1 && echo terminal; tty", options => options with { Tty = true });
        Assert.Contains("terminal", EngineFixture.Output(container));
        Assert.Contains("/dev/pts/0", EngineFixture.Output(container));
    }

    [RootFact]
    public void StandardInputCanStayOpen()
    {
        Container container = fixture.Start("read line; echo got $line", options => options with { Interactive = true });
        File.WriteAllText(Path.Combine(container.StateDirectory, "stdin"), "hello\n");
        Assert.Equal("got hello", EngineFixture.Output(container));
    }

    [RootFact]
    public void ADeviceThatWasGivenCanBeUsedAndOthersCannot()
    {
        Container container = fixture.Start(
            "head -c 4 /dev/given | wc -c; mknod /tmp/kmsg c 1 11 && head -c 1 /tmp/kmsg || echo refused", options => options with
            {
                Ephemeral = true, Devices = [new() { Source = "/dev/zero", Destination = "/dev/given", Access = "r" }],
            });
        string output = EngineFixture.Output(container);
        Assert.Contains("4\n", output);
        Assert.Contains("refused", output);
    }

    [RootFact]
    public void TheLogCanBeElsewhere()
    {
        using var directory = new TestDirectory();
        Container container = fixture.Start("echo here", options => options with { LogPath = directory["log"] });
        Assert.Equal("here", EngineFixture.Output(container));
        Assert.Equal(directory["log"], container.LogPath);
        Assert.EndsWith("here", File.ReadAllLines(directory["log"])[0]);
    }

    [RootFact]
    public void LabelsAndMetadataAreKept()
    {
        Container container = fixture.Start("true", options => options with
        {
            Labels = new Dictionary<string, string> { ["role"] = "test" }, Hostname = "box",
        });
        Container found = fixture.Engine.Get(container.Name);
        Assert.Equal("test", found.Labels["role"]);
        Assert.Equal("box", found.Hostname);
        Assert.Equal(["sh", "-c", "true"], found.Command);
        Assert.Equal(fixture.Rootfs, found.Rootfs);
    }

    [RootFact]
    public void ManyStartAtOnce()
    {
        var containers = new Container[16];
        Parallel.For(0, containers.Length, new() { MaxDegreeOfParallelism = 8 }, i => containers[i] = fixture.Start($"exit {i}"));
        for (int i = 0; i < containers.Length; i++)
            Assert.Equal(i, containers[i].WaitForExit(Patience));
        Parallel.ForEach(containers, container => container.Remove());
        Assert.DoesNotContain(containers, container => Directory.Exists(container.StateDirectory));
    }

    [RootFact]
    public void OneNameIsGivenOnce()
    {
        ContainerOptions options = fixture.Options("sleep", "100");
        int made = 0, refused = 0;
        Parallel.For(0, 8, _ =>
        {
            try
            {
                fixture.Engine.Start(options);
                Interlocked.Increment(ref made);
            }
            catch (ContainerAlreadyExistsException)
            {
                Interlocked.Increment(ref refused);
            }
        });
        Assert.Equal((1, 7), (made, refused));
    }

    [RootFact]
    public void AConfigurationThatCameCompleteIsRun()
    {
        ContainerSpec spec = Containers(fixture.Options("sh", "-c", "echo $FROM"));
        spec = spec with { Process = spec.Process! with { Env = ["PATH=/bin", "FROM=spec"] } };
        Container container = fixture.Engine.Start(new ContainerOptions { Spec = spec, Name = $"psc-test-{Guid.NewGuid():n}" });
        Assert.Equal("spec", EngineFixture.Output(container));
    }

    private static ContainerSpec Containers(ContainerOptions options) =>
        PSContainer.Containers.Compose.SpecComposer.Compose(
            options, Guid.NewGuid().ToString("n"), PSContainer.Machine.HostFacts.Read(), _ => 0);

    private static string Exec(Container container, params string[] command)
    {
        NativeCommand exec = container.PrepareExec(new() { Command = command });
        using Process process = Process.Start(new ProcessStartInfo(exec.Path, exec.Arguments) { RedirectStandardOutput = true })!;
        var output = new StringBuilder(process.StandardOutput.ReadToEnd());
        process.WaitForExit();
        return output.ToString();
    }
}
