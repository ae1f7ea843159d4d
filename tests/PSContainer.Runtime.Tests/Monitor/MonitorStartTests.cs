using System.Globalization;
using PSContainer.Kernel;
using PSContainer.Programs;

namespace PSContainer.Runtime.Tests.Monitor;

public sealed class MonitorStartTests
{
    private const string Said = """
        #!/bin/sh
        printf '{"level":"error","msg":"no root","errorId":"RootfsNotFound","step":"OpenRoot","call":"openat","errno":2,"target":"/nowhere","recommendation":"make it"}\n' >&3
        exit 1
        """;

    [Fact]
    public void The_runtimes_error_is_the_callers_exception()
    {
        using MonitoredProcess process = new(Said);

        var error = Assert.Throws<RootfsNotFoundException>(() => process.Start("true"));

        Assert.Equal("no root", error.Message);
        Assert.Equal(("OpenRoot", "openat", 2, "/nowhere", "make it"),
            (error.Step, error.Call, error.Errno, error.Target, error.Recommendation));
        AssertNothingLeft(process);
    }

    [Fact]
    public void A_runtime_that_only_complains_is_quoted()
    {
        using MonitoredProcess process = new("#!/bin/sh\necho 'cannot \"do\" it' >&2\necho second >&2\nexit 9\n");

        var error = Assert.Throws<ContainerStartException>(() => process.Start("true"));

        Assert.Equal("The runtime ended with code 9: cannot \"do\" it\n  second", error.Message);
        AssertNothingLeft(process);
    }

    [Fact]
    public void A_runtime_that_is_missing_is_named()
    {
        using MonitoredProcess process = new();
        process.Request = process.Request with { Runtime = "/nonexistent/runtime", Interactive = true, Terminal = true };

        var error = Assert.Throws<ContainerStartException>(() => process.Start("true"));

        Assert.Equal(("StartRuntime", "execve", Errno.ENOENT, "/nonexistent/runtime"), (error.Step, error.Call, error.Errno, error.Target));
        AssertNothingLeft(process);
    }

    [Fact]
    public void A_runtime_that_leaves_no_pid_has_made_no_container()
    {
        using MonitoredProcess process = new("#!/bin/sh\nexit 0\n");

        var error = Assert.Throws<ContainerStartException>(() => process.Start("true"));

        Assert.Equal(("FindInit", "init.pid"), (error.Step, error.Target));
        AssertNothingLeft(process);
    }

    [Fact]
    public void A_missing_state_directory_is_named()
    {
        using MonitoredProcess process = new();
        process.Request = process.Request with { StateDirectory = "/nonexistent/state" };

        var error = Assert.Throws<ContainerStartException>(() => process.Start("true"));

        Assert.Equal(("OpenStateDirectory", Errno.ENOENT, "/nonexistent/state"), (error.Step, error.Errno, error.Target));
    }

    [Fact]
    public void A_second_monitor_is_refused()
    {
        using MonitoredProcess process = new MonitoredProcess().Start("exec sleep 60");

        var error = Assert.Throws<ContainerStartException>(() => MonitorSpawn.Start(process.Request with { RuntimeArguments = ["true"] }));

        Assert.Equal(("LockMonitor", Errno.EAGAIN), (error.Step, error.Errno));
        Assert.True(MonitorState.IsAlive(process.StateDirectory));
    }

    [Fact]
    public void The_monitor_keeps_nothing_of_its_caller()
    {
        using Pipe leak = new();
        // As a program does that knows nothing of close-on-exec.
        Syscall.Check(Syscall.Call(SyscallNumber.fcntl, leak.Writer.Fd, 2, 0), "fcntl");
        using MonitoredProcess process = new MonitoredProcess().Start("exec sleep 60");

        string[] stat = File.ReadAllText($"/proc/{process.MonitorPid}/stat").Split(' ');
        Assert.Equal(process.MonitorPid.ToString(CultureInfo.InvariantCulture), stat[5]);
        string leaked = TargetOf($"/proc/self/fd/{leak.Writer.Fd}")!;
        Assert.StartsWith("pipe:", leaked);
        Assert.DoesNotContain(leaked, Directory.GetFiles($"/proc/{process.MonitorPid}/fd").Select(TargetOf));
        Assert.Equal("/", TargetOf($"/proc/{process.MonitorPid}/cwd"));
    }

    [Fact]
    public void The_runtime_starts_with_every_signal_at_its_default()
    {
        using MonitoredProcess process = new("#!/bin/sh\ngrep -E '^Sig(Blk|Ign)' /proc/self/status > '@parent/signals'\nexit 1\n");

        Assert.Throws<ContainerStartException>(() => process.Start("true"));

        string[] lines = File.ReadAllLines(process.Beside("signals"));
        Assert.All(lines, line => Assert.EndsWith("\t0000000000000000", line));
        Assert.Equal(2, lines.Length);
    }

    [Fact]
    public void Orphans_are_taken()
    {
        using MonitoredProcess process = new MonitoredProcess().Start("for i in 1 2 3 4 5; do (sleep 0.05 &); done; exec sleep 60");

        Assert.True(MonitoredProcess.Until(() => Children(process.MonitorPid).SequenceEqual([process.InitPid])));
    }

    private static string? TargetOf(string link) => new FileInfo(link).LinkTarget;

    private static IEnumerable<int> Children(int pid) =>
        File.ReadAllText($"/proc/{pid}/task/{pid}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(child => int.Parse(child, CultureInfo.InvariantCulture));

    private static void AssertNothingLeft(MonitoredProcess process) =>
        Assert.True(MonitoredProcess.Until(() => !Directory.EnumerateFileSystemEntries(process.StateDirectory).Any()));
}
