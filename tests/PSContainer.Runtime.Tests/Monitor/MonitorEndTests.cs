using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PSContainer.Kernel;
using PSContainer.Programs;

namespace PSContainer.Runtime.Tests.Monitor;

public sealed class MonitorEndTests
{
    [Theory]
    [InlineData("exit 0", 0, 0)]
    [InlineData("exit 5", 5, 0)]
    [InlineData("kill -TERM $$", 143, 15)]
    [InlineData("kill -KILL $$", 137, 9)]
    public void The_end_is_recorded(string command, int code, int signal)
    {
        using MonitoredProcess process = new MonitoredProcess().Start(command);

        JsonElement end = process.End();

        Assert.Equal(code, end.GetProperty("exitCode").GetInt32());
        Assert.Equal(signal, end.GetProperty("signal").GetInt32());
        Assert.False(end.GetProperty("oomKilled").GetBoolean());
        DateTime time = end.GetProperty("time").GetDateTime();
        Assert.InRange(time, DateTime.UtcNow.AddMinutes(-1), DateTime.UtcNow.AddSeconds(1));
        Assert.True(MonitoredProcess.Until(() => !MonitorState.IsAlive(process.StateDirectory)));
    }

    [Theory]
    [InlineData("low 0\nhigh 0\nmax 3\noom 1\noom_kill 1\noom_group_kill 0\n", true)]
    [InlineData("oom_kill_disable 0\nunder_oom 0\noom_kill 12\n", true)]
    [InlineData("oom_kill_disable 1\nunder_oom 1\noom_kill 0\n", false)]
    [InlineData("", false)]
    public void Want_of_memory_is_read_from_the_cgroup(string counters, bool expected)
    {
        using MonitoredProcess process = new();
        File.WriteAllText(process.Beside("counters"), counters);
        File.WriteAllText(process["oom-file"], process.Beside("counters") + "\n");

        process.Start("kill -KILL $$");

        Assert.Equal(expected, process.End().GetProperty("oomKilled").GetBoolean());
    }

    [Theory]
    [InlineData("+", true)]
    [InlineData("++", false)]
    public void What_was_executed_later_is_not_counted(string executed, bool expected)
    {
        using MonitoredProcess process = new();
        File.WriteAllText(process.Beside("counters"), "oom_kill 2\n");
        File.WriteAllText(process["oom-file"], process.Beside("counters"));
        File.WriteAllText(process["oom-exec"], executed);

        process.Start("kill -KILL $$");

        Assert.Equal(expected, process.End().GetProperty("oomKilled").GetBoolean());
    }

    [Theory]
    [InlineData("kill -KILL $$", "1", true)]
    [InlineData("kill -KILL $$", "2", false)]
    [InlineData("exit 1", "1", false)]
    public void An_executed_process_is_counted_by_its_own_end(string command, string before, bool expected)
    {
        using MonitoredProcess process = new();
        File.WriteAllText(process.Beside("counters"), "oom_kill 2\n");
        File.WriteAllText(process["oom-file"], process.Beside("counters"));
        File.WriteAllText(process["oom-before"], before);

        process.Start(command);

        Assert.Equal(expected, process.End().GetProperty("oomKilled").GetBoolean());
        Assert.Equal(expected, File.Exists(Path.Combine(process.StateDirectory, "../oom-exec")));
    }

    [Fact]
    public void A_process_that_outlives_the_init_does_not_hold_up_the_end()
    {
        using MonitoredProcess process = new MonitoredProcess().Start("sleep 1000 & echo $!; exit 3");

        JsonElement end = process.End();

        int outlives = int.Parse(process.Messages().Single(), CultureInfo.InvariantCulture);
        process.EndLater(outlives);
        Assert.Equal(3, end.GetProperty("exitCode").GetInt32());
        using FileHandle? alive = Pidfd.Open(outlives);
        Assert.False(Pidfd.WaitForEnd(alive!.Fd, 0));
    }

    [Fact]
    public void What_the_init_left_in_the_background_writes_still()
    {
        using MonitoredProcess process = new MonitoredProcess();
        string go = process.Beside("go"), written = process.Beside("written");
        process.Start(
            $"( until [ -e '{go}' ]; do sleep 0.1; done; echo late; echo later >&2; touch '{written}' ) & printf begun; exit 3");

        Assert.Equal(3, process.End().GetProperty("exitCode").GetInt32());
        // Whoever waits for the end does not wait for what is left.
        Assert.True(MonitoredProcess.Until(() => !MonitorState.IsAlive(process.StateDirectory)));
        Assert.Equal(["begun"], process.Messages());
        File.WriteAllText(go, "");

        Assert.True(MonitoredProcess.Until(() => File.Exists(written)), "it did not survive its first line");
        Assert.True(MonitoredProcess.Until(() => process.Messages() is ["begun", _, _]));
        Assert.Equal(["late", "later"], process.Messages()[1..].Order(StringComparer.Ordinal));
        using FileHandle? monitor = Pidfd.Open(process.MonitorPid);
        if (monitor is not null)
            Assert.True(Pidfd.WaitForEnd(monitor.Fd, 60_000));
    }

    [Fact]
    public void The_end_of_the_session_kills()
    {
        using Pipe session = new();
        using MonitoredProcess process = new();
        process.Request = process.Request with { SessionFd = session.Reader.Fd };
        process.Start("exec sleep 1000");
        Thread.Sleep(100);
        Assert.False(File.Exists(process["exit"]));

        session.Writer.Dispose();

        Assert.Equal(9, process.End().GetProperty("signal").GetInt32());
    }

    [Fact]
    public void The_end_of_its_time_kills()
    {
        using MonitoredProcess process = new();
        process.Request = process.Request with { Timeout = TimeSpan.FromSeconds(1) };
        long begin = Stopwatch.GetTimestamp();
        process.Start("exec sleep 1000");

        JsonElement end = process.End();

        Assert.Equal(9, end.GetProperty("signal").GetInt32());
        Assert.True(end.GetProperty("timedOut").GetBoolean());
        Assert.True(Stopwatch.GetElapsedTime(begin) > TimeSpan.FromSeconds(0.9));
    }

    [Fact]
    public void Signals_go_on_to_the_init()
    {
        using MonitoredProcess process = new MonitoredProcess().Start("trap 'exit 42' TERM; echo ready; while :; do sleep 0.02; done");
        Assert.True(MonitoredProcess.Until(() => process.Messages().Contains("ready")));

        process.Signal(15);

        Assert.Equal(42, process.End().GetProperty("exitCode").GetInt32());
    }

    [Fact]
    public void With_remove_the_runtime_deletes_the_container()
    {
        using MonitoredProcess process = new();
        process.Request = process.Request with { Remove = true };
        process.Start("exit 0");

        Assert.True(MonitoredProcess.Until(() => File.Exists(process.Beside("deleted"))));
        string root = Path.GetDirectoryName(process.StateDirectory)!;
        Assert.True(MonitoredProcess.Until(() => File.ReadAllText(process.Beside("deleted"))
            == $"--root {root} delete --force psc-test-container\n"));
    }

    [Fact]
    public void A_vanished_state_directory_does_not_keep_the_monitor()
    {
        using MonitoredProcess process = new();
        process.Start($"until [ -e '{process.Beside("go")}' ]; do sleep 0.01; done; echo late; exit 1");
        using FileHandle monitor = Pidfd.Open(process.MonitorPid)!;

        Directory.Delete(process.StateDirectory, recursive: true);
        File.WriteAllText(process.Beside("go"), "");

        Assert.True(Pidfd.WaitForEnd(monitor.Fd, 60_000));
        Assert.False(Directory.Exists(process.StateDirectory));
    }

    [Fact]
    public void Killing_the_monitor_leaves_a_readable_log()
    {
        using MonitoredProcess process = new MonitoredProcess().Start("i=0; while :; do i=$((i+1)); echo line $i; done");
        Assert.True(MonitoredProcess.Until(() => process.Log(query => query with { Tail = 5 }).Count == 5));

        process.Signal(9);

        Assert.True(MonitoredProcess.Until(() => !MonitorState.IsAlive(process.StateDirectory)));
        List<string> messages = process.Messages();
        Assert.Equal(Enumerable.Range(1, messages.Count).Select(i => $"line {i}"), messages);
        Assert.False(File.Exists(process["exit"]));
    }
}
