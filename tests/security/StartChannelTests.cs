using System.Diagnostics;
using PSContainer.Kernel;
using PSContainer.Proc;
using PSContainer.State;
using PSContainer.Steps.Container;
using PSContainer.Steps.Host;
using PSContainer.Tests;

namespace PSContainer.Security.Tests;

/// <summary>What starts a created container is out of reach inside, and whoever got hold of it all the same decides nothing.</summary>
[Trait("Category", "Container")]
public sealed class StartChannelTests
{
    [RootTheory]
    [Trait("Attack", "C-13")]
    [InlineData(false)]
    [InlineData(true)] // with the capability to look into processes that hide
    public void Nothing_that_a_parked_init_has_open_starts_it_or_leads_to_its_state(bool mayTrace)
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddMount("/tmp", "tmpfs", "tmpfs", "rw");
        if (mayTrace)
            bundle.SetCapabilities("CAP_SYS_PTRACE", "CAP_DAC_OVERRIDE", "CAP_SETUID", "CAP_SETGID");
        bundle.Create("/bin/sh", "-c", "touch /tmp/ran; sleep 1000");
        int pid = bundle.Pid;
        bundle.Exec("sh", "-c", """
            for fd in /proc/1/fd/*; do
              case $fd in */0|*/1|*/2) continue;; esac
              echo g >"$fd"; echo g >>"$fd"; timeout -s KILL 1 cat "$fd"
            done >/dev/null 2>&1
            """);
        Assert.Equal("created", bundle.Status);
        Assert.Equal("", bundle.Exec("sh", "-c", "ls /tmp").Output);
        // The host's root is above every capability inside: not even it can open them.
        foreach (string link in Directory.GetFiles($"/proc/{pid}/fd").Where(link => int.Parse(Path.GetFileName(link)) > 2))
        {
            string target = new FileInfo(link).LinkTarget ?? "";
            Assert.False(target.StartsWith(bundle.StateRoot, StringComparison.Ordinal), target);
            Assert.StartsWith("socket:", target, StringComparison.Ordinal);
            Assert.ThrowsAny<IOException>(() => File.OpenWrite(link).Dispose());
        }
        TestBundle.Succeed(bundle.Invoke("start", bundle.Id));
        Assert.Equal("running", bundle.Status);
        TestBundle.Eventually(() => bundle.Exec("sh", "-c", "ls /tmp").Output == "ran\n", "the command runs");
    }

    [RootFact]
    [Trait("Attack", "C-14")]
    public void Who_holds_the_socket_open_does_not_hold_up_the_start()
    {
        using var bundle = new TestBundle();
        bundle.Create("sleep", "1000");
        using FileHandle held = TakeSocket(bundle.Pid);
        TestBundle.Succeed(bundle.Invoke("start", bundle.Id));
        Assert.Equal("running", bundle.Status);
    }

    [RootFact]
    [Trait("Attack", "C-14")]
    public void Who_takes_the_word_away_is_ended_with_the_start()
    {
        using var bundle = new TestBundle();
        bundle.Create("sleep", "1000");
        using FileHandle held = TakeSocket(bundle.Pid);
        // No word reaches the init any more, and the end that the starter waits for never comes.
        const int SIGSTOP = 19, SIGTERM = 15;
        using FileHandle init = Pidfd.Open(bundle.Pid)!;
        Pidfd.SendSignal(init.Fd, SIGSTOP);
        using Process start = bundle.StartProcess("start", bundle.Id);
        Assert.True(UnixSocket.Receive(held.Fd, out _) > 0);
        using (FileHandle starter = Pidfd.Open(start.Id)!)
            Pidfd.SendSignal(starter.Fd, SIGTERM);
        Assert.True(start.WaitForExit(60_000), "the start cannot be ended");
        Assert.Equal(128 + SIGTERM, start.ExitCode);
        TestBundle.Eventually(() => bundle.Status == "stopped", "the init ended");
    }

    [RootFact]
    [Trait("Attack", "C-14")]
    public void Other_words_start_nothing()
    {
        using var bundle = new TestBundle();
        bundle.Create("sleep", "1000");
        int pid = bundle.Pid;
        using (FileHandle socket = UnixSocket.ConnectDatagram(Short(bundle)))
        {
            foreach (string word in new[] { "x", "G", "xg" })
                UnixSocket.Send(socket.Fd, word);
            TestBundle.Eventually(() => IsEmpty(socket), "they were read");
        }
        Assert.False(ProcessStat.Read(pid)!.Value.HasExecuted);
        Assert.Equal("created", bundle.Status);
        TestBundle.Succeed(bundle.Invoke("start", bundle.Id));
        Assert.Equal("running", bundle.Status);
    }

    [RootFact]
    [Trait("Attack", "C-14")]
    public void A_command_that_runs_is_never_called_created()
    {
        using var bundle = new TestBundle();
        bundle.Create("sleep", "1000");
        int pid = bundle.Pid;
        // As a starter does that is killed at once, or somebody who reached the socket otherwise.
        using (FileHandle socket = UnixSocket.ConnectDatagram(Short(bundle)))
            UnixSocket.Send(socket.Fd, "g");
        TestBundle.Eventually(() => ProcessStat.Read(pid) is { HasExecuted: true }, "the command runs");
        Assert.True(File.Exists(Path.Combine(bundle.StateDirectory, StartPlace.Name)));
        Assert.Equal("running", bundle.Status);
        Assert.Contains("already running", bundle.Invoke("start", bundle.Id).Error, StringComparison.Ordinal);
    }

    [RootFact]
    [Trait("Attack", "C-14")]
    public void A_forged_record_of_a_failure_does_not_make_a_command_that_runs_a_failed_one()
    {
        using var bundle = new TestBundle();
        bundle.Create("sleep", "1000");
        Forge(bundle, Record("no such command", errno: 2));
        TestBundle.Succeed(bundle.Invoke("start", bundle.Id));
        Assert.Equal("running", bundle.Status);
    }

    [RootTheory]
    [Trait("Attack", "C-14")]
    [InlineData("every bit")]
    [InlineData("text without an end")]
    [InlineData("hook without an end")]
    [InlineData("terminal")]
    [InlineData("numbers")]
    [InlineData("short")]
    public void A_forged_record_of_a_failure_is_a_bounded_text_and_no_more(string kind)
    {
        const int SIGSTOP = 19, SIGKILL = 9, HookExited = 0x100;
        byte[] record = kind switch
        {
            "every bit" => [.. Enumerable.Repeat((byte)0xFF, StartSocket.ResultSize)],
            "text without an end" => Record(new string('a', StartSocket.ResultSize), errno: 2),
            "hook without an end" => Record(new string('b', StartSocket.ResultSize), errno: 125, hookEnd: HookExited | 3),
            "terminal" => Record("\u001b]0;forged\a\u001b[2J\n\u001b[31mred", errno: 125, hookEnd: HookExited),
            "numbers" => Record("c", errno: int.MinValue, hookEnd: int.MinValue, hookErrno: int.MinValue),
            _ => Record("", errno: -1)[..12],
        };
        using var bundle = new TestBundle();
        bundle.Create("sleep", "1000");
        // An init that ends before its command is executed: only then is the record looked at.
        using FileHandle init = Pidfd.Open(bundle.Pid)!;
        Pidfd.SendSignal(init.Fd, SIGSTOP);
        using Process start = bundle.StartProcess("start", bundle.Id);
        using (FileHandle held = TakeSocket(bundle.Pid))
            TestBundle.Eventually(() => HasUnread(held), "start has said its word");
        Forge(bundle, record);
        Pidfd.SendSignal(init.Fd, SIGKILL);
        string said = start.StandardError.ReadToEnd();
        Assert.True(start.WaitForExit(60_000), "the start does not end");
        Assert.InRange(start.ExitCode, 1, 127);
        Assert.InRange(said.Length, 1, 6000);
        Assert.DoesNotContain('\u001b', said);
        Assert.DoesNotContain('\a', said);
        Assert.DoesNotContain("Unhandled", said, StringComparison.Ordinal);
        TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
        Assert.Empty(bundle.Leftovers());
    }

    // In its place, since the init has it as memory.
    private static void Forge(TestBundle bundle, byte[] record)
    {
        using FileStream file = File.OpenWrite(Path.Combine(bundle.StateDirectory, StartSocket.ResultName));
        file.Write(record);
        if (record.Length < StartSocket.ResultSize)
            file.SetLength(record.Length);
    }

    private static unsafe byte[] Record(string text, int errno, int hookEnd = 0, int hookErrno = 0)
    {
        StepFailure failure = default;
        (failure.Step, failure.Call, failure.Errno) = (int.MaxValue, int.MinValue, errno);
        (failure.HookEnd, failure.HookIndex, failure.HookErrno) = (hookEnd, int.MaxValue, hookErrno);
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        bytes.AsSpan(0, Math.Min(bytes.Length, StepFailure.TextSize)).CopyTo(new Span<byte>(failure.Text, StepFailure.TextSize));
        byte[] record = new byte[StartSocket.ResultSize];
        record.AsSpan().Fill((byte)'z');
        new Span<byte>(&failure, sizeof(StepFailure)).CopyTo(record);
        return record;
    }

    // A socket's name may have 107 bytes, and a test's directory be longer.
    private static string Short(TestBundle bundle)
    {
        string link = Path.Combine(bundle.Bundle, "s");
        if (!Path.Exists(link))
            File.CreateSymbolicLink(link, bundle.StateDirectory);
        return Path.Combine(link, StartPlace.Name);
    }

    // SIOCOUTQ: what of a datagram nobody has read yet.
    private static unsafe bool IsEmpty(FileHandle socket)
    {
        const int SIOCOUTQ = 0x5411;
        int left = -1;
        return Syscall.Call(SyscallNumber.ioctl, socket.Fd, SIOCOUTQ, (nint)(&left)) == 0 && left == 0;
    }

    // FIONREAD
    private static unsafe bool HasUnread(FileHandle socket)
    {
        const int FIONREAD = 0x541B;
        int left = 0;
        return Syscall.Call(SyscallNumber.ioctl, socket.Fd, FIONREAD, (nint)(&left)) == 0 && left > 0;
    }

    private static FileHandle TakeSocket(int pid)
    {
        string link = Directory.GetFiles($"/proc/{pid}/fd").Single(link => new FileInfo(link).LinkTarget!.StartsWith("socket:", StringComparison.Ordinal));
        using FileHandle init = Pidfd.Open(pid)!;
        nint taken = Syscall.Call(SyscallNumber.pidfd_getfd, init.Fd, int.Parse(Path.GetFileName(link)), 0);
        return new FileHandle((int)Syscall.Check(taken, "pidfd_getfd"));
    }
}
