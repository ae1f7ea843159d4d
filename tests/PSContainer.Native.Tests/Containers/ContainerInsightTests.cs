using System.Diagnostics;
using PSContainer.Cgroups.Limits;
using PSContainer.Containers;
using PSContainer.Containers.Audit;
using PSContainer.Containers.Host;
using PSContainer.Containers.Insight;
using PSContainer.Containers.Options;
using PSContainer.Plan;
using PSContainer.Programs;
using PSContainer.State;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Containers;

/// <summary>What can be learnt of running containers, and what is executed in them.</summary>
[Trait("Kernel", "cgroup2")]
public sealed class ContainerInsightTests(EngineFixture fixture) : IClassFixture<EngineFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [RootFact]
    public void AnAuditOfADefaultContainerPasses()
    {
        Container container = fixture.Start("exec sleep 100", options => options with
        {
            Limits = new() { MemoryMax = 64 << 20, PidsMax = 32, CpuMax = 0.5 },
            Ulimits = new Dictionary<string, Ulimit> { ["nofile"] = new(64, 128) },
            Sysctls = new Dictionary<string, string> { ["net.ipv4.ip_unprivileged_port_start"] = "80" },
            OomScoreAdjust = 100, Umask = 0x3F, ReadOnly = true, User = "1000:1001", AdditionalGroups = ["7"],
        });
        IReadOnlyList<ContainerCheck> checks = container.Audit();
        Assert.DoesNotContain(checks, check => check.Result != CheckResult.Pass);
        string[] expected =
        [
            "Capability.Bounding", "Seccomp", "NoNewPrivileges", "Limit.MemoryMax", "Mount /proc", "Masked /proc/kcore",
            "ReadOnly /proc/sys", "Namespace.pid", "Hostname", "Groups", "Ulimit RLIMIT_NOFILE",
            "Sysctl net.ipv4.ip_unprivileged_port_start", "Cgroup",
        ];
        Assert.Empty(expected.Except(checks.Select(check => check.Check)));
    }

    [RootFact]
    public void AnAuditShowsWhatDiffers()
    {
        Container container =
            fixture.Start("exec sleep 100", options => options with { Limits = new() { MemoryMax = 64 << 20 } });
        container.Cgroup!.Apply(new CgroupLimit { MemoryMax = 128 << 20 });
        ContainerCheck check = Assert.Single(container.Audit(), one => one.Result == CheckResult.Fail);
        Assert.Equal(("Limit.MemoryMax", "67108864", "134217728"), (check.Check, check.Asked, check.InForce));
    }

    [RootFact]
    public void PrivilegedPassesItsOwnAudit()
    {
        Container container = fixture.Start("exec sleep 100", options => options with { Privileged = true });
        Assert.DoesNotContain(container.Audit(), check => check.Result != CheckResult.Pass);
    }

    [RootFact]
    public void ProcessesAreSeenFromOutsideAndInside()
    {
        Container container = fixture.Start("sleep 101 & exec sleep 102");
        container.Wait([WaitCondition.State(ContainerStatus.Running)], timeout: Patience);
        IReadOnlyList<ContainerProcess> processes = [];
        var clock = Stopwatch.StartNew();
        while ((processes = container.GetProcesses()).Count(one => one.CommandName == "sleep") < 2 && clock.Elapsed < Patience)
            Thread.Sleep(10);
        ContainerProcess init = processes.Single(one => one.NamespaceId == 1);
        Assert.Equal(container.Pid, init.Id);
        Assert.Equal("sleep 102", init.Command);
        Assert.Equal("root", init.User);
        Assert.Equal(container.Name, init.Container);
        Assert.InRange(init.StartTime, DateTime.Now.AddMinutes(-5), DateTime.Now.AddSeconds(2));
        Assert.True(init.MemoryRss > 0);
        ContainerProcess child = processes.Single(one => one.Command == "sleep 101");
        Assert.Equal(init.Id, child.ParentId);
    }

    [RootFact]
    public void ACommandIsExecutedWithWhatWasAsked()
    {
        Container container = fixture.Start("exec sleep 100", options => options with
        {
            Environment = new Dictionary<string, string?> { ["A"] = "1", ["B"] = "2" },
        });
        NativeCommand command = container.PrepareExec(new()
        {
            Command = ["sh", "-c", "echo $A $B $C; id -u; pwd; hostname; cat; exit 6"],
            Environment = new Dictionary<string, string?> { ["B"] = null, ["C"] = "a b" },
            User = "12:34", WorkingDirectory = "/tmp",
        });
        (int code, string output) = Run(command, "input\n");
        Assert.Equal(6, code);
        Assert.Equal($"1 a b\n12\n/tmp\n{container.Hostname}\ninput\n", output);
        Assert.Empty(Directory.GetFiles(container.StateDirectory, "process-*"));
        Assert.Throws<CommandNotFoundInContainerException>(() => container.PrepareExec(new() { Command = ["nginx"] }));
        Assert.Throws<InvalidSpecException>(() => container.PrepareExec(new() { Command = [] }));
        Assert.Throws<InvalidSpecException>(
            () => container.PrepareExec(new() { Command = ["true"], WorkingDirectory = "/none" }));
    }

    [RootFact]
    public void ACommandIsExecutedInTheBackgroundWithALogOfItsOwn()
    {
        Container container = fixture.Start("exec sleep 100");
        ContainerProcess process = container.StartProcess(new() { Command = ["sh", "-c", "echo hello; exec sleep 100"] });
        Assert.Contains(container.GetProcesses(), one => one.Id == process.Id);
        var clock = Stopwatch.StartNew();
        while (!File.ReadAllText(process.LogPath!).Contains("hello") && clock.Elapsed < Patience)
            Thread.Sleep(10);
        Assert.EndsWith("hello", File.ReadAllLines(process.LogPath!)[0]);
    }

    [RootFact]
    public void AForegroundRunStreamsAndLeavesNothing()
    {
        using ContainerRun run = fixture.Engine.PrepareRun(fixture.Options("sh", "-c", "cat; echo done; exit 3"));
        (int code, string output) = Run(run.Command, "lines\n");
        Assert.Equal((3, "lines\ndone\n"), (code, output));
        Assert.Null(fixture.Engine.Find(run.Container.Name));
    }

    [RootFact]
    public void WaitingEndsWhenItComesTrue()
    {
        Container container = fixture.Start("sleep 0.2; touch /run-ready; nc -l -p 8080 & echo listening; exec sleep 100");
        container.Wait(
            [WaitCondition.Log(new("^listening$")), WaitCondition.Port(8080), WaitCondition.File("/run-ready"),
                WaitCondition.Command(["true"])],
            timeout: Patience);
        container.Wait([WaitCondition.Port(9), WaitCondition.Port(8080)], any: true, timeout: Patience);
    }

    [RootFact]
    public void WaitingEndsAtOnceWhenTheContainerDoes()
    {
        Container container = fixture.Start("echo 'no config' >&2; sleep 0.2; exit 8");
        var clock = Stopwatch.StartNew();
        var error = Assert.Throws<ContainerExitedException>(
            () => container.Wait([WaitCondition.Port(80)], timeout: TimeSpan.FromMinutes(10)));
        Assert.True(clock.Elapsed < Patience);
        Assert.Equal(8, error.ExitCode);
        Assert.Contains("no config", error.Message);
        Assert.Equal(["no config"], error.LogTail);
    }

    [RootFact]
    public void WaitingTimesOutWithTheConditionsName()
    {
        Container container = fixture.Start("exec sleep 100");
        var error = Assert.Throws<WaitTimeoutException>(
            () => container.Wait([WaitCondition.Port(81)], timeout: TimeSpan.FromMilliseconds(300)));
        Assert.Contains("port 81", error.Message);
        using var stop = new CancellationTokenSource(200);
        Assert.Throws<OperationCanceledException>(() => container.Wait([], cancellation: stop.Token));
    }

    [RootFact]
    public void UsageAndLimitsAreTheCgroups()
    {
        Container container = fixture.Start("while :; do :; done", options => options with
        {
            Limits = new() { MemoryMax = 64 << 20, PidsMax = 10, CpuMax = 0.2 },
        });
        Assert.Equal((64L << 20, 10L, 0.2), (container.Limits!.MemoryMax, container.Limits.PidsMax, container.Limits.CpuMax));
        ContainerUsage first = container.Measure(), since;
        var clock = Stopwatch.StartNew();
        // As soon as it had its share, however busy the machine is.
        do
        {
            Thread.Sleep(500);
            since = container.Measure().Since(first);
        }
        while (since.CpuPercent < 3 && clock.Elapsed < Patience);
        Assert.Equal(container.Name, since.Name);
        Assert.InRange(since.CpuPercent!.Value, 3, 40);
        Assert.True(since.MemoryCurrent > 0);
    }

    [RootFact]
    public void APlanSaysWhatAStartWouldDoAndMakesNothing()
    {
        string[] before = [.. fixture.Engine.Store.List()];
        ContainerOptions options = fixture.Options("sh") with { Limits = new() { MemoryMax = 64 << 20 } };
        StartPlan plan = fixture.Engine.Plan(options);
        Assert.Contains(plan.Steps, step => step.Call == "clone3");
        Assert.Contains(plan.Steps, step => step.Flags.Contains("memory.max=67108864"));
        Assert.Equal(before, fixture.Engine.Store.List());
    }

    [RootFact]
    public void TheHostCanDoWhatTheseTestsDo()
    {
        ContainerHost host = fixture.Engine.GetHost();
        Assert.NotEmpty(host.KernelRelease);
        Assert.True(host.MemoryTotal > 1 << 20);
        Assert.Contains("pid", host.Namespaces);
        Assert.Equal(fixture.Engine.Runtime.Path, host.RuntimePath);
        IReadOnlyList<ContainerHostCheck> checks = fixture.Engine.TestHost();
        Assert.All(checks.Where(check => check.Result != CheckResult.Pass), check => Assert.NotNull(check.Recommendation));
        foreach (string feature in (string[])["Runtime", "Kernel", "Namespaces", "Overlay", "Seccomp", "Memory", "Pids"])
            Assert.Equal(CheckResult.Pass, checks.Single(check => check.Feature == feature).Result);
    }

    private static (int Code, string Output) Run(NativeCommand command, string input)
    {
        var start = new ProcessStartInfo(command.Path, command.Arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
