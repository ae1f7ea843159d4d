using System.Net.Sockets;
using System.Text;
using PSContainer.Kernel;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

[Trait("Category", "Container")]
public sealed class TerminalTests
{
    [RootFact]
    public void The_master_comes_over_the_socket_and_the_other_side_is_the_containers()
    {
        using var bundle = new TestBundle();
        using var receiver = new TerminalReceiver(bundle);
        bundle.Process = bundle.Process with
        {
            Terminal = true,
            ConsoleSize = new ConsoleSize { Height = 41, Width = 133 },
            Args = ["/bin/sh", "-c", "tty; stty size; stat -c '%t %a %g' /dev/pts/0; for fd in 0 1 2; do readlink /proc/$$/fd/$fd; done; echo END; sleep 1000"],
        };
        bundle.Write();
        TestBundle.Succeed(bundle.InvokeDetached("create", "--console-socket", receiver.Path, "-b", bundle.Bundle, bundle.Id));
        receiver.Take();
        TestBundle.Succeed(bundle.Invoke("start", bundle.Id));
        string text = receiver.ReadUntil("END");
        Assert.Equal(["/dev/pts/0", "41 133", "88 620 5", "/dev/pts/0", "/dev/pts/0", "/dev/pts/0", "END"], text.Split("\r\n")[..7]);
        MountLine console = bundle.Mount("/dev/console");
        Assert.Equal("devpts", console.Type);
        Assert.Equal("/0", console.Root);
        // proc_pid_stat(5), field 7: the controlling terminal, 136:0 being the first of a devpts; 6: a session of its own.
        string[] stat = File.ReadAllText($"/proc/{bundle.Pid}/stat").Split(") ")[1].Split(' ');
        Assert.Equal($"{136 << 8}", stat[7 - 3]);
    }

    [RootFact]
    public void Control_c_reaches_the_foreground_command()
    {
        using var bundle = new TestBundle();
        using var receiver = new TerminalReceiver(bundle);
        bundle.Process = bundle.Process with { Terminal = true, Args = ["/bin/sh", "-c", "trap 'echo GOT; exit 3' INT; echo READY; while :; do sleep 0.1; done"] };
        bundle.Write();
        TestBundle.Succeed(bundle.InvokeDetached("run", "-d", "--console-socket", receiver.Path, "-b", bundle.Bundle, bundle.Id));
        receiver.Take();
        receiver.ReadUntil("READY");
        receiver.Write("\x03");
        receiver.ReadUntil("GOT");
        TestBundle.Eventually(() => bundle.Status == "stopped", "stopped");
    }

    [RootFact]
    public void The_owner_of_the_terminal_is_the_user()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Terminal = true, User = new UserSpec { Uid = 1000, Gid = 1000 } };
        Assert.Equal("1000\n", bundle.RunCommand("stat", "-c", "%u", "/dev/pts/0").Output);
    }

    [RootFact]
    public void A_terminal_needs_a_receiver_when_nothing_stays_in_the_foreground()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Terminal = true };
        bundle.Write();
        Outcome outcome = bundle.Invoke("run", "-d", "-b", bundle.Bundle, bundle.Id);
        Assert.Equal(1, outcome.Code);
        Assert.Contains("--console-socket", outcome.Error, StringComparison.Ordinal);
        outcome = bundle.Invoke("create", "--console-socket", "/no/such/socket", "-b", bundle.Bundle, bundle.Id);
        Assert.Equal(1, outcome.Code);
        Assert.Contains("/no/such/socket", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("recommendation=\"", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(bundle.Leftovers());
    }

    [RootFact]
    public void A_receiver_that_does_not_listen_costs_no_container()
    {
        using var bundle = new TestBundle();
        string path = Path.Combine(bundle.Bundle, "socket");
        File.WriteAllText(path, "");
        bundle.Process = bundle.Process with { Terminal = true };
        bundle.Write();
        Outcome outcome = bundle.Invoke("run", "-d", "--console-socket", path, "-b", bundle.Bundle, bundle.Id);
        Assert.Equal(1, outcome.Code);
        Assert.Contains("ECONNREFUSED", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(bundle.Leftovers());
    }

    [RootFact]
    [Trait("Attack", "B-05")]
    [Trait("CVE", "CVE-2025-52565")]
    public void A_devpts_that_the_image_made_a_link_is_refused()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.RemoveDevMounts();
        File.CreateSymbolicLink(Path.Combine(bundle.Rootfs, "dev/pts"), "/etc");
        bundle.Process = bundle.Process with { Terminal = true };
        Assert.Contains("OpenTerminal", bundle.Refuse().Error, StringComparison.Ordinal);
    }
}

/// <summary>Who listens on a console socket and takes the terminal's master.</summary>
internal sealed class TerminalReceiver : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private FileHandle? _master;
    private string _text = "";

    public TerminalReceiver(TestBundle bundle)
    {
        Path = System.IO.Path.Combine(bundle.Bundle, "console");
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen(1);
    }

    public string Path { get; }

    public void Take() => _master = new FileHandle(TakeDescriptor());

    /// <summary>The descriptor that came, which the caller closes.</summary>
    public int TakeDescriptor()
    {
        Assert.True(_listener.Poll(60_000_000, SelectMode.SelectRead), "nobody connected");
        using Socket connection = _listener.Accept();
        UnixSocket.Receive((int)connection.Handle, out int descriptor);
        Assert.True(descriptor >= 0, "no descriptor came");
        return descriptor;
    }

    /// <summary>Reads until a word has come.</summary>
    /// <returns>All that came until now.</returns>
    public string ReadUntil(string word)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (!_text.Contains(word, StringComparison.Ordinal))
        {
            Assert.True(waited.Elapsed.TotalSeconds < 60, $"'{word}' has not come: {_text}");
            if (!Pidfd.WaitForEnd(_master!.Fd, 1000))
                continue;
            byte[] buffer = new byte[4096];
            nint got = Files.read(_master.Fd, buffer);
            Assert.True(got > 0, $"the terminal ended: {_text}");
            _text += Encoding.UTF8.GetString(buffer, 0, (int)got);
        }
        return _text;
    }

    public void Write(string text) => Syscall.Check(Files.write(_master!.Fd, Encoding.UTF8.GetBytes(text)), "write");

    public void Dispose()
    {
        _listener.Dispose();
        _master?.Dispose();
    }
}
