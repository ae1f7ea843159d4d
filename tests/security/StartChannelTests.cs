using System.Diagnostics;
using PSContainer.Kernel;
using PSContainer.State;

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
        Assert.True(File.Exists(Path.Combine(bundle.StateDirectory, StartSocket.StartName)));
        Assert.Equal("running", bundle.Status);
        Assert.Contains("already running", bundle.Invoke("start", bundle.Id).Error, StringComparison.Ordinal);
    }

    // A socket's name may have 107 bytes, and a test's directory be longer.
    private static string Short(TestBundle bundle)
    {
        string link = Path.Combine(bundle.Bundle, "s");
        if (!Path.Exists(link))
            File.CreateSymbolicLink(link, bundle.StateDirectory);
        return Path.Combine(link, StartSocket.StartName);
    }

    // SIOCOUTQ: what of a datagram nobody has read yet.
    private static unsafe bool IsEmpty(FileHandle socket)
    {
        const int SIOCOUTQ = 0x5411;
        int left = -1;
        return Syscall.Call(SyscallNumber.ioctl, socket.Fd, SIOCOUTQ, (nint)(&left)) == 0 && left == 0;
    }

    private static FileHandle TakeSocket(int pid)
    {
        string link = Directory.GetFiles($"/proc/{pid}/fd").Single(link => new FileInfo(link).LinkTarget!.StartsWith("socket:", StringComparison.Ordinal));
        using FileHandle init = Pidfd.Open(pid)!;
        nint taken = Syscall.Call(SyscallNumber.pidfd_getfd, init.Fd, int.Parse(Path.GetFileName(link)), 0);
        return new FileHandle((int)Syscall.Check(taken, "pidfd_getfd"));
    }
}
