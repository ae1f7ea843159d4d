using PSContainer.Kernel;
using PSContainer.Programs;

namespace PSContainer.Runtime.Tests.Monitor;

public sealed class MonitorInputTests
{
    [Fact]
    public void Without_input_a_process_reads_an_end_of_file()
    {
        using MonitoredProcess process = new MonitoredProcess().Start("cat; echo done");
        process.End();

        Assert.Equal(["done"], process.Messages());
    }

    [Fact]
    public void The_fifo_stays_open_between_writers_until_input_is_ended()
    {
        using MonitoredProcess process = new();
        process.Request = process.Request with { Interactive = true };
        process.Start("cat; echo done");

        File.AppendAllText(process["stdin"], "one\n");
        File.AppendAllText(process["stdin"], "two\n");
        Assert.True(MonitoredProcess.Until(() => process.Messages().SequenceEqual(["one", "two"])));
        Assert.False(File.Exists(process["exit"]));
        Assert.True(MonitorState.EndInput(process.StateDirectory));

        process.End();
        Assert.Equal(["one", "two", "done"], process.Messages());
        Assert.False(File.Exists(process["stdin"]));
    }

    [Fact]
    public void A_descriptor_can_be_the_input()
    {
        using Pipe input = new();
        using MonitoredProcess process = new();
        process.Request = process.Request with { StandardInputFd = input.Reader.Fd };
        process.Start("cat; echo done");

        Files.write(input.Writer.Fd, "given\n"u8);
        input.Writer.Dispose();

        process.End();
        Assert.Equal(["given", "done"], process.Messages());
    }

    [Fact]
    public async Task A_terminals_output_is_logged_and_its_input_comes_from_the_fifo()
    {
        // The runtime hands over the master as `create --console-socket` does; the test does it in its place.
        using MonitoredProcess process = new("#!/bin/sh\n: > '@parent/begun'\nwhile [ ! -e '@parent/sent' ]; do sleep 0.01; done\nshift 4\n( exec 3>&-; exec \"$@\" ) &\necho $! > '@state/init.pid'\n");
        process.Request = process.Request with { Terminal = true, Interactive = true };
        using Pty terminal = new();
        Task start = Task.Run(() => process.Start("exec sleep 60"));
        // The socket's file is there a moment before anybody listens; the runtime begins after that.
        Assert.True(MonitoredProcess.Until(() => File.Exists(process.Beside("begun"))));
        using (FileHandle socket = UnixSocket.Connect(process["console.sock"]))
            UnixSocket.Send(socket.Fd, "/dev/ptmx", terminal.Master.Fd);
        File.WriteAllText(process.Beside("sent"), "");
        await start;
        terminal.Master.Dispose();

        Files.write(terminal.Slave.Fd, "prompt\nsecond\n"u8);
        File.AppendAllText(process["stdin"], "typed\n");

        byte[] typed = new byte[64];
        Assert.Equal("typed\n", System.Text.Encoding.UTF8.GetString(typed, 0, (int)Files.read(terminal.Slave.Fd, typed)));
        Assert.True(MonitoredProcess.Until(() => process.Messages().Count == 3));
        Assert.Equal(["prompt", "second", "typed"], process.Messages());
        Assert.DoesNotContain((byte)'\r', File.ReadAllBytes(process["log"]));
    }
}
