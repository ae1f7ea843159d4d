using PSContainer.Kernel;
using PSContainer.Programs;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Init;

public sealed class InitTests
{
    [Theory]
    [InlineData(0, "", "--", "true")]
    [InlineData(7, "", "sh", "-c", "exit 7")]
    [InlineData(137, "", "sh", "-c", "kill -KILL $$")]
    [InlineData(127, "pscontainer init: psc-test-nosuch: no such command\n", "--", "psc-test-nosuch")]
    [InlineData(127, "pscontainer init: /nonexistent/x: no such command\n", "/nonexistent/x")]
    [InlineData(126, "pscontainer init: /etc/passwd: not executable\n", "/etc/passwd")]
    public void It_ends_as_its_command_ends(int code, string errors, params string[] command)
    {
        Ended ended = Run([TestRepository.Executable, "init", .. command]);

        Assert.Equal((code, errors), (ended.Code, ended.Errors));
    }

    [Fact]
    public void The_command_has_default_signals_and_arguments_as_they_are()
    {
        Ended signals = Run([TestRepository.Executable, "init", "--", "grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"]);
        Ended arguments = Run([TestRepository.Executable, "init", "printf", "%s|", "--", "a  b", ""]);

        Assert.Equal("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n", signals.Output);
        Assert.Equal("--|a  b||", arguments.Output);
    }

    [Fact]
    public void A_signal_goes_to_the_command()
    {
        using Pipe output = new();
        using SpawnedProcess init = ProcessSpawn.Start(new SpawnRequest
        {
            Path = TestRepository.Executable,
            Arguments = ["init", "sh", "-c", "trap 'exit 33' USR1; echo ready; while :; do sleep 0.02; done"],
            Descriptors = [(output.Writer.Fd, 1)],
        });
        Assert.Equal(6, Files.read(output.Reader.Fd, new byte[16]));

        Pidfd.SendSignal(init.PidFd, 10);

        Assert.Equal(33, init.Wait()?.ShellCode);
    }

    [Theory]
    [InlineData(15)]
    [InlineData(2)]
    public void Without_a_command_it_waits_to_be_told(int signal)
    {
        using SpawnedProcess init = ProcessSpawn.Start(new SpawnRequest { Path = TestRepository.Executable, Arguments = ["init"] });
        Assert.False(Pidfd.WaitForEnd(init.PidFd, 100));

        Pidfd.SendSignal(init.PidFd, signal);

        Assert.Equal(0, init.Wait()?.ShellCode);
    }

    [Fact]
    public void What_was_sent_before_it_began_is_not_lost()
    {
        const string Command = "kill -TERM $$; exec \"$0\" init";

        Ended ended = Run(["env", "--block-signal=TERM", "sh", "-c", Command, TestRepository.Executable]);

        Assert.Equal(0, ended.Code);
    }

    [RootFact]
    public void As_pid_1_it_takes_the_ends_of_all_orphans()
    {
        // Orphans of orphans; those that have ended are no longer seen, and of pid 1's children only the command is.
        const string Command = "for i in 1 2 3 4 5 6 7 8; do (sleep 0.02 & sleep 0.01 &); done; "
            + "until [ $(wc -w </proc/1/task/1/children) = 1 ]; do sleep 0.01; done; "
            + "grep -h ^Name /proc/1/status; cat /proc/1/task/1/children; echo; grep -l '^State:.Z' /proc/[0-9]*/status; exit 5";

        Ended ended = Run(["unshare", "--pid", "--fork", "--mount-proc", TestRepository.Executable, "init", "--", "sh", "-c", Command]);

        Assert.Equal((5, "Name:\tpscontainer\n2 \n"), (ended.Code, ended.Output));
    }

    [RootFact]
    public void Its_end_ends_what_the_command_left_behind()
    {
        Ended ended = Run(["unshare", "--pid", "--fork", "--mount-proc", TestRepository.Executable, "init", "--", "sh", "-c", "sleep 60 & exit 0"]);

        // The sleeping process held the pipe: reading to its end returned because it is gone.
        Assert.Equal((0, ""), (ended.Code, ended.Output));
    }

    private sealed record Ended(int Code, string Output, string Errors);

    private static Ended Run(string[] command)
    {
        using Pipe output = new(), errors = new();
        using SpawnedProcess process = ProcessSpawn.Start(new SpawnRequest
        {
            Path = command[0],
            Arguments = command[1..],
            Descriptors = [(output.Writer.Fd, 1), (errors.Writer.Fd, 2)],
        });
        output.Writer.Dispose();
        errors.Writer.Dispose();
        return new Ended(process.Wait()?.ShellCode ?? -1, ReadAll(output), ReadAll(errors));
    }

    private static string ReadAll(Pipe pipe)
    {
        using MemoryStream text = new();
        byte[] buffer = new byte[4096];
        for (nint count = Files.read(pipe.Reader.Fd, buffer); count > 0; count = Files.read(pipe.Reader.Fd, buffer))
            text.Write(buffer, 0, (int)count);
        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }
}
