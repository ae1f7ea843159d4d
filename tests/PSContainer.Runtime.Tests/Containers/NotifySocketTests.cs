using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

/// <summary>sd_notify(3) through the runtime.</summary>
[Trait("Category", "Container")]
public sealed class NotifySocketTests
{
    private const string Notify =
        "use Socket; socket(S, AF_UNIX, SOCK_DGRAM, 0); connect(S, pack_sockaddr_un($ENV{NOTIFY_SOCKET})) or die; "
        + "send(S, 'STATUS=not yet', 0) or die; send(S, qq(MAINPID=1\nREADY=1), 0) or die; ";

    [RootCommandTheory("perl")]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_tells_the_manager_that_the_container_is_ready(bool isAbstract)
    {
        using var bundle = new TestBundle(ownRoot: true);
        using Socket manager = Listen(bundle, isAbstract, out string name);
        Prepare(bundle, Notify + "sleep 1000");
        TestBundle.Succeed(Invoke(bundle, name, "run", "--detach", "-b", bundle.Bundle, bundle.Id));
        Assert.Equal($"READY=1\nMAINPID={bundle.Pid}", Receive(manager));
        Assert.Equal(0, manager.Available);
    }

    [RootCommandFact("perl")]
    public void A_container_with_a_user_namespace_tells_it_too()
    {
        using var bundle = new TestBundle(ownRoot: true);
        using Socket manager = Listen(bundle, isAbstract: false, out string name);
        bundle.AddUserNamespace();
        Prepare(bundle, Notify + "sleep 1000");
        TestBundle.Succeed(Invoke(bundle, name, "run", "--detach", "-b", bundle.Bundle, bundle.Id));
        Assert.Equal($"READY=1\nMAINPID={bundle.Pid}", Receive(manager));
    }

    [RootCommandFact("perl")]
    public void Start_waits_until_it_is_ready()
    {
        using var bundle = new TestBundle(ownRoot: true);
        using Socket manager = Listen(bundle, isAbstract: false, out string name);
        Prepare(bundle, "until (-e '/run/go') { select(undef, undef, undef, 0.01) } " + Notify + "sleep 1000");
        TestBundle.Succeed(Invoke(bundle, name, "create", "-b", bundle.Bundle, bundle.Id));
        using Process start = Process.Start(new ProcessStartInfo("env", [$"NOTIFY_SOCKET={name}", PSContainer.Tests.TestRepository.Executable, "--root", bundle.StateRoot, "start", bundle.Id]))!;
        TestBundle.Eventually(() => bundle.Status == "running", "it runs");
        Assert.False(start.WaitForExit(200));
        TestBundle.Succeed(bundle.Exec("/bin/touch", "/run/go"));
        Assert.True(start.WaitForExit(60_000));
        Assert.Equal(0, start.ExitCode);
        Assert.Equal($"READY=1\nMAINPID={bundle.Pid}", Receive(manager));
    }

    [RootCommandFact("perl")]
    public void In_the_foreground_it_is_told_of_one_that_ends_at_once_and_what_follows_is_refused()
    {
        using var bundle = new TestBundle(ownRoot: true);
        using Socket manager = Listen(bundle, isAbstract: false, out string name);
        Prepare(bundle, Notify + "for (1..100000) { exit 7 if !send(S, 'WATCHDOG=1', 0) }");
        Assert.Equal(7, Invoke(bundle, name, "run", "-b", bundle.Bundle, bundle.Id).Code);
        Assert.StartsWith("READY=1\nMAINPID=", Receive(manager), StringComparison.Ordinal);
        Prepare(bundle, Notify);
        Assert.Equal(0, Invoke(bundle, name, "run", "-b", bundle.Bundle, bundle.Id).Code);
        Assert.StartsWith("READY=1\nMAINPID=", Receive(manager), StringComparison.Ordinal);
        Assert.Empty(bundle.Leftovers());
    }

    [RootCommandFact("perl")]
    public void One_that_ends_without_a_word_and_a_manager_that_is_gone_cost_nothing()
    {
        using var bundle = new TestBundle(ownRoot: true);
        Prepare(bundle, "1");
        TestBundle.Succeed(Invoke(bundle, "/nonexistent/socket", "run", "--detach", "-b", bundle.Bundle, bundle.Id));
        TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
        Prepare(bundle, Notify + "sleep 1000");
        Outcome outcome = Invoke(bundle, "/nonexistent/socket", "run", "--detach", "-b", bundle.Bundle, bundle.Id);
        Assert.Equal(0, outcome.Code);
        Assert.Contains("NOTIFY_SOCKET", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("running", bundle.Status);
    }

    private static void Prepare(TestBundle bundle, string script)
    {
        // The host's perl: the root filesystem's shell knows no unix sockets.
        foreach (string directory in new[] { "/usr", "/lib", "/lib64" }.Where(Directory.Exists))
        {
            if (bundle.Spec.Mounts!.All(mount => mount.Destination != directory))
                bundle.AddMount(directory, "bind", directory, "rbind", "ro");
        }
        if (bundle.Spec.Mounts!.All(mount => mount.Destination != "/run"))
            bundle.AddMount("/run", "tmpfs", "tmpfs", "mode=1777");
        bundle.Process = bundle.Process with { Args = ["/usr/bin/perl", "-e", script], User = new UserSpec { Uid = 1234, Gid = 1234 } };
        bundle.Write();
    }

    private static Outcome Invoke(TestBundle bundle, string socket, params string[] arguments)
    {
        string error = Path.Combine(bundle.Bundle, "error");
        string[] shell = ["/bin/sh", "-c", "err=$1; shift; exec \"$@\" </dev/null >/dev/null 2>\"$err\"", "sh", error];
        Outcome outcome = HostCommand.Try([.. shell, "env", $"NOTIFY_SOCKET={socket}", PSContainer.Tests.TestRepository.Executable, "--root", bundle.StateRoot, .. arguments]);
        return outcome with { Error = File.ReadAllText(error) };
    }

    private static Socket Listen(TestBundle bundle, bool isAbstract, out string name)
    {
        string path = Path.Combine(bundle.Bundle, "manager");
        name = isAbstract ? $"@{bundle.Id}" : path;
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 60_000 };
        socket.Bind(new UnixDomainSocketEndPoint(isAbstract ? $"\0{bundle.Id}" : path));
        return socket;
    }

    private static string Receive(Socket manager)
    {
        byte[] buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, manager.Receive(buffer));
    }
}
