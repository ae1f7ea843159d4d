using PSContainer.Tests;

namespace PSContainer.Security.Tests;

/// <summary>C-23, C-25, C-26, C-34, C-35: a standard stream is bytes, and nothing else of what the caller's descriptor is.</summary>
[Trait("Category", "Container")]
public sealed class CallerStreamTests
{
    private const string Foreground = "foreground", Entered = "exec", Detached = "detached", Created = "create";

    [RootTheory]
    [Trait("Attack", "C-23")]
    [InlineData(Foreground)]
    [InlineData(Entered)]
    public void A_file_that_was_opened_for_reading_cannot_be_written(string way)
    {
        using var bundle = new TestBundle();
        using var files = new TestDirectory();
        string file = files["secret"];
        File.WriteAllText(file, "kept\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead);
        Outcome outcome = Run(bundle, way, $"<'{file}'",
            "read first; echo \"$first\"; echo P >/proc/self/fd/0; chmod 777 /proc/self/fd/0; chown 1000 /proc/self/fd/0");
        Assert.Equal("kept", outcome.Lines[0]);
        Assert.Equal("kept\n", File.ReadAllText(file));
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(file));
        Assert.Equal("0", HostCommand.Run("stat", "-c", "%u", file));
    }

    [RootTheory]
    [Trait("Attack", "C-23")]
    [InlineData(Foreground)]
    [InlineData(Entered)]
    public void A_log_that_was_opened_for_appending_cannot_be_emptied_or_read(string way)
    {
        using var bundle = new TestBundle();
        using var files = new TestDirectory();
        string file = files["log"];
        File.WriteAllText(file, "first\n");
        Run(bundle, way, $">>'{file}'", ": >/proc/self/fd/1; head -n 1 /proc/self/fd/1 </dev/null >/tmp/read & sleep 0.2; kill $!; echo second");
        Assert.Equal("first\nsecond\n", File.ReadAllText(file));
    }

    [RootTheory]
    [Trait("Attack", "C-25")]
    [InlineData(Foreground)]
    [InlineData(Entered)]
    [InlineData(Detached)]
    [InlineData(Created)]
    public void A_directory_is_refused(string way)
    {
        using var bundle = new TestBundle();
        using var files = new TestDirectory();
        File.WriteAllText(files["secret"], "secret");
        Outcome outcome = Run(bundle, way, $"<'{files.Root}'", "cat /proc/self/fd/0/secret");
        Assert.True(outcome.IsRefused, outcome.Error);
        Assert.Contains("directory", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", outcome.Output, StringComparison.Ordinal);
    }

    [RootTheory]
    [Trait("Attack", "C-26")]
    [InlineData(Foreground)]
    [InlineData(Entered)]
    [InlineData(Detached)]
    public void A_fifo_of_the_host_keeps_its_owner(string way)
    {
        using var bundle = new TestBundle();
        using var files = new TestDirectory();
        string fifo = files["fifo"];
        HostCommand.Run("mkfifo", "-m", "600", fifo);
        bundle.Process = bundle.Process with { User = new() { Uid = 1000, Gid = 1000 } };
        // Opened for both, so that no other side is waited for.
        Outcome outcome = Run(bundle, way, $"1<>'{fifo}'", "id -u >&2; chmod 666 /proc/self/fd/1 2>/dev/null; :");
        Assert.Equal(0, outcome.Code);
        Assert.Equal("0 600", HostCommand.Run("stat", "-c", "%u %a", fifo));
    }

    [RootTheory]
    [Trait("Attack", "C-26")]
    [InlineData(Foreground, false)]
    [InlineData(Entered, false)]
    [InlineData(Entered, true)]
    public void The_null_device_of_the_host_keeps_its_mode(string way, bool isRemovedInside)
    {
        using var bundle = new TestBundle();
        string before = HostCommand.Run("stat", "-c", "%a %u", "/dev/null");
        try
        {
            Start(bundle, way);
            if (isRemovedInside)
                TestBundle.Succeed(bundle.Exec("rm", "/dev/null"));
            Outcome outcome = Run(bundle, way, "</dev/null",
                "for fd in 0 1 2; do [ -c /proc/self/fd/$fd ] && { chmod 640 /proc/self/fd/$fd; chown 7 /proc/self/fd/$fd; }; done; read any || echo over", isStarted: true);
            Assert.Equal(before, HostCommand.Run("stat", "-c", "%a %u", "/dev/null"));
            Assert.Equal("over", outcome.Lines[^1]);
        }
        finally
        {
            HostCommand.Run("chmod", before.Split(' ')[0], "/dev/null");
            HostCommand.Run("chown", before.Split(' ')[1], "/dev/null");
        }
    }

    [RootCommandTheory("python3")]
    [Trait("Attack", "C-26")]
    [InlineData(Foreground)]
    [InlineData(Entered)]
    public void A_socket_of_the_host_s_network_stays_outside_and_its_bytes_come_in(string way)
    {
        using var bundle = new TestBundle();
        Start(bundle, way);
        string[] command = Command(bundle, way, "readlink /proc/self/fd/0; cat");
        const string Connected = """
            import socket, subprocess, sys
            listener = socket.create_server(("127.0.0.1", 0))
            near = socket.create_connection(listener.getsockname())
            far = listener.accept()[0]
            process = subprocess.Popen(sys.argv[1:], stdin=near, stdout=near)
            near.close()
            far.sendall(b"over the network")
            far.shutdown(socket.SHUT_WR)
            received = b""
            while True:
                part = far.recv(4096)
                if not part:
                    break
                received += part
            print(process.wait(), received.decode())
            """;
        string[] lines = HostCommand.Run(["python3", "-c", Connected, .. command]).Split('\n');
        Assert.StartsWith("0 pipe:", lines[0], StringComparison.Ordinal);
        Assert.Equal("over the network", lines[^1]);
    }

    [RootTheory]
    [Trait("Attack", "C-34")]
    [InlineData(Foreground)]
    [InlineData(Entered)]
    public void What_is_written_into_standard_input_inside_does_not_turn_the_caller_s_file_back(string way)
    {
        using var bundle = new TestBundle();
        using var files = new TestDirectory();
        string file = files["script"];
        File.WriteAllText(file, "first\nsecond\nthird\n");
        Start(bundle, way);
        string[] command = Command(bundle, way, "head -c 6 /dev/zero >/proc/self/fd/0");
        // What a shell does with the lines of a file, the command between them.
        Outcome outcome = HostCommand.Try(["/bin/sh", "-c", "exec 3<\"$0\"; read -r line <&3; \"$@\" <&3 >/dev/null 2>&1; cat <&3", file, .. command]);
        Assert.Equal("second\nthird\n", outcome.Output);
    }

    // Whoever reads the two takes his time, so that nearly always something of one of them waits.
    [RootCommandFact("python3")]
    [Trait("Attack", "C-35")]
    public void Who_writes_on_without_end_to_both_outputs_does_not_hold_up_the_caller_of_a_command_that_ended()
    {
        using var bundle = new TestBundle();
        Start(bundle, Entered);
        string[] command = Command(bundle, Entered, "(exec cat /dev/zero) & (exec cat /dev/zero >&2) & sleep 0.3");
        const string Slow = """
            import os, subprocess, sys, tempfile, threading, time
            with tempfile.TemporaryDirectory() as place:
                ends = []
                for name, pause in (("output", 0.11), ("error", 0.17)):
                    path = os.path.join(place, name)
                    os.mkfifo(path)
                    ends.append(os.open(path, os.O_RDWR))
                    def drain(end=ends[-1], pause=pause):
                        while True:
                            os.read(end, 1 << 16)
                            time.sleep(pause)
                    threading.Thread(target=drain, daemon=True).start()
                print(subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=ends[0], stderr=ends[1], timeout=40).returncode)
            """;
        Assert.Equal("0", HostCommand.Run(["python3", "-c", Slow, .. command]));
    }

    private static void Start(TestBundle bundle, string way)
    {
        if (way == Entered)
            bundle.Start("sleep", "1000");
    }

    private static Outcome Run(TestBundle bundle, string way, string redirection, string script, bool isStarted = false)
    {
        if (!isStarted)
            Start(bundle, way);
        string[] command = Command(bundle, way, script);
        return HostCommand.Try(["/bin/sh", "-c", $"exec \"$@\" {redirection}", "sh", .. command]);
    }

    private static string[] Command(TestBundle bundle, string way, string script)
    {
        string[] runtime = [TestRepository.Executable, "--root", bundle.StateRoot];
        string[] inside = ["/bin/sh", "-c", script];
        if (way == Entered)
        {
            string user = $"{bundle.Process.User?.Uid ?? 0}:{bundle.Process.User?.Gid ?? 0}";
            return [.. runtime, "exec", "--user", user, bundle.Id, .. inside];
        }
        bundle.Process = bundle.Process with { Args = inside };
        bundle.Write();
        string[] verb = way switch { Foreground => ["run"], Detached => ["run", "--detach"], _ => ["create"] };
        return [.. runtime, .. verb, "-b", bundle.Bundle, bundle.Id];
    }
}
