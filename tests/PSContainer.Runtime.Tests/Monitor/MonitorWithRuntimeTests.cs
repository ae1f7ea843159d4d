using System.Text.Json;
using PSContainer.Kernel;
using PSContainer.Logs;
using PSContainer.Programs;
using PSContainer.Runtime.Tests.Containers;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Monitor;

/// <summary>The monitor and the runtime together, as the module starts a container.</summary>
public sealed class MonitorWithRuntimeTests
{
    private static MonitorRequest Request(TestBundle bundle, params string[] command)
    {
        bundle.Process = bundle.Process with { Args = ["/bin/sh", "-c", .. command] };
        Directory.CreateDirectory(bundle.StateRoot);
        Directory.CreateDirectory(bundle.StateDirectory, (UnixFileMode)0x1C0);
        File.WriteAllBytes(Path.Combine(bundle.StateDirectory, "config.json"),
            JsonSerializer.SerializeToUtf8Bytes(bundle.Spec, SpecJson.Default.ContainerSpec));
        return new MonitorRequest
        {
            Executable = TestRepository.Executable,
            StateDirectory = bundle.StateDirectory,
            RuntimeArguments =
            [
                "--root", bundle.StateRoot, "create", "--bundle", bundle.StateDirectory,
                "--pid-file", Path.Combine(bundle.StateDirectory, "init.pid"), bundle.Id,
            ],
        };
    }

    private static JsonElement State(TestBundle bundle)
    {
        RuntimeResult state = RuntimeCommand.Run(TestRepository.Executable, "--root", bundle.StateRoot, "state", bundle.Id);
        using var document = JsonDocument.Parse(state.EnsureSuccess().Output);
        return document.RootElement.Clone();
    }

    private static JsonElement End(TestBundle bundle)
    {
        string path = Path.Combine(bundle.StateDirectory, "exit");
        TestBundle.Eventually(() => File.Exists(path), "the exit record");
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        return document.RootElement.Clone();
    }

    private static List<string> Messages(TestBundle bundle) =>
        [.. LogReader.Read(new LogQuery { LogPath = Path.Combine(bundle.StateDirectory, "log"), StateDirectory = bundle.StateDirectory })
            .Select(entry => $"{entry.Stream} {entry.Message}")];

    [RootFact]
    public void A_container_is_created_started_logged_and_recorded()
    {
        using TestBundle bundle = new();
        int pid = MonitorSpawn.Start(Request(bundle, "echo $$; sleep 0.1; echo e >&2; exit 6"));
        Assert.Equal(pid, State(bundle).GetProperty("pid").GetInt32());
        Assert.Empty(Messages(bundle));

        TestBundle.Succeed(bundle.Invoke("start", bundle.Id));

        Assert.Equal(6, End(bundle).GetProperty("exitCode").GetInt32());
        Assert.Equal(["Stdout 1", "Stderr e"], Messages(bundle));
        Assert.Equal("stopped", State(bundle).GetProperty("status").GetString());
    }

    [RootFact]
    public void A_container_of_a_moment_is_gone_without_a_trace()
    {
        using TestBundle bundle = new();
        MonitorSpawn.Start(Request(bundle, "exit 0") with { Remove = true });

        TestBundle.Succeed(bundle.Invoke("start", bundle.Id));

        TestBundle.Eventually(() => !bundle.Leftovers().Any(), "nothing is left");
    }

    [RootFact]
    public void The_kernels_kill_for_memory_is_told_from_others()
    {
        using TestBundle bundle = new();
        bundle.Linux = bundle.Linux with { Resources = new ResourcesSpec { Memory = new MemoryResources { Limit = 16 << 20, Swap = 16 << 20 } } };
        MonitorSpawn.Start(Request(bundle, "exec tail /dev/zero"));

        TestBundle.Succeed(bundle.Invoke("start", bundle.Id));

        JsonElement end = End(bundle);
        Assert.True(end.GetProperty("oomKilled").GetBoolean());
        Assert.Equal(9, end.GetProperty("signal").GetInt32());
    }

    [RootFact]
    public void What_the_runtime_refuses_is_thrown()
    {
        using TestBundle bundle = new();
        bundle.Spec = bundle.Spec with { Root = new RootSpec { Path = "/nonexistent/root" } };

        var error = Assert.Throws<RootfsNotFoundException>(() => MonitorSpawn.Start(Request(bundle, "true")));

        Assert.Contains("/nonexistent/root", error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Recommendation);
    }

    [RootFact]
    public void A_terminal_is_logged()
    {
        using TestBundle bundle = new();
        bundle.Process = bundle.Process with { Terminal = true };
        MonitorRequest request = Request(bundle, "tty; read line; echo got $line");
        string socket = Path.Combine(bundle.StateDirectory, "console.sock");
        MonitorSpawn.Start(request with
        {
            Terminal = true,
            Interactive = true,
            RuntimeArguments = [.. request.RuntimeArguments.Take(3), "--console-socket", socket, .. request.RuntimeArguments.Skip(3)],
        });

        TestBundle.Succeed(bundle.Invoke("start", bundle.Id));
        TestBundle.Eventually(() => Messages(bundle).Contains("Stdout /dev/pts/0"), "the terminal's name");
        File.AppendAllText(Path.Combine(bundle.StateDirectory, "stdin"), "words\n");

        Assert.Equal(0, End(bundle).GetProperty("exitCode").GetInt32());
        Assert.Equal(["Stdout /dev/pts/0", "Stdout words", "Stdout got words"], Messages(bundle));
    }

    [RootFact]
    public void The_end_of_the_session_ends_the_container()
    {
        using Pipe session = new();
        using TestBundle bundle = new();
        MonitorSpawn.Start(Request(bundle, "sleep 1000") with { SessionFd = session.Reader.Fd });
        TestBundle.Succeed(bundle.Invoke("start", bundle.Id));
        Assert.Equal("running", State(bundle).GetProperty("status").GetString());

        session.Writer.Dispose();

        Assert.Equal(9, End(bundle).GetProperty("signal").GetInt32());
    }
}
