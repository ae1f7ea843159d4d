using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using PSContainer.Kernel;
using PSContainer.Runtime.Tests.Containers;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Conformance;

/// <summary>config-linux.md "Seccomp", "The Container Process State": SCMP_ACT_NOTIFY and who answers.</summary>
public sealed class SeccompListenerTests
{
    [RootTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_listener_gets_the_descriptor_and_the_state_and_answers_calls(bool noNewPrivileges)
    {
        using var bundle = new TestBundle();
        using var agent = new SeccompAgent(bundle);
        Notify(bundle, agent.Path, "sethostname", "opaque \"data\"");
        bundle.Process = bundle.Process with { NoNewPrivileges = noNewPrivileges };
        bundle.Create("/bin/sh", "-c", "hostname other; echo $?; hostname");
        JsonElement state = agent.Receive();
        Assert.Equal("seccompFd", Assert.Single(state.GetProperty("fds").EnumerateArray().ToArray()).GetString());
        Assert.Equal("opaque \"data\"", state.GetProperty("metadata").GetString());
        Assert.Equal(bundle.Pid, state.GetProperty("pid").GetInt32());
        Assert.Equal(bundle.Spec.OciVersion, state.GetProperty("ociVersion").GetString());
        Assert.Equal(bundle.Id, state.GetProperty("state").GetProperty("id").GetString());
        Assert.Equal("creating", state.GetProperty("state").GetProperty("status").GetString());
        Assert.Equal(bundle.Pid, state.GetProperty("state").GetProperty("pid").GetInt32());
        Task answered = Task.Run(() => agent.AnswerWithSuccess(1));
        TestBundle.Succeed(bundle.Invoke("start", bundle.Id));
        TestBundle.Eventually(() => bundle.Status == "stopped", "stopped");
        Assert.True(answered.Wait(60_000));
        // The call was said to have succeeded, and was not made.
        Assert.Equal($"0\n{bundle.Spec.Hostname}\n", bundle.Output);
    }

    [RootFact]
    public void A_process_that_enters_later_has_a_listener_of_its_own()
    {
        using var bundle = new TestBundle();
        using var agent = new SeccompAgent(bundle);
        Notify(bundle, agent.Path, "sethostname", null);
        bundle.Start("sleep", "1000");
        Assert.False(agent.Receive().TryGetProperty("metadata", out _));
        Task<Outcome> outcome = Task.Run(() => bundle.Exec("/bin/sh", "-c", "hostname other; echo $?"));
        JsonElement state = agent.Receive();
        Assert.NotEqual(bundle.Pid, state.GetProperty("pid").GetInt32());
        Assert.Equal(bundle.Pid, state.GetProperty("state").GetProperty("pid").GetInt32());
        Assert.Equal("running", state.GetProperty("state").GetProperty("status").GetString());
        agent.AnswerWithSuccess(1);
        Assert.Equal("0\n", outcome.Result.Output);
    }

    [RootFact]
    public void A_listener_that_does_not_listen_costs_no_container()
    {
        using var bundle = new TestBundle();
        Notify(bundle, Path.Combine(bundle.Bundle, "nobody.sock"), "sethostname", null);
        Outcome outcome = bundle.Refuse();
        Assert.Contains("ConnectListener: connect", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("ENOENT", outcome.Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void A_listener_that_goes_before_it_is_told_costs_no_container()
    {
        using var bundle = new TestBundle();
        using var agent = new SeccompAgent(bundle);
        Notify(bundle, agent.Path, "sethostname", null);
        // While the container is at work, between the connection and the filter.
        string gone = Path.Combine(bundle.Bundle, "gone");
        bundle.Spec = bundle.Spec with { Hooks = TestHooks.At("createRuntime", TestHooks.Shell($"until [ -e '{gone}' ]; do sleep 0.01; done")) };
        Task hangsUp = Task.Run(() =>
        {
            agent.HangUp();
            File.WriteAllText(gone, "");
        });
        Outcome outcome = bundle.Refuse();
        Assert.True(hangsUp.Wait(60_000));
        Assert.Contains("SendListener: sendmsg: EPIPE", outcome.Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void Without_the_action_the_path_is_ignored()
    {
        using var bundle = new TestBundle();
        bundle.Linux = bundle.Linux with { Seccomp = new SeccompSpec { DefaultAction = "SCMP_ACT_ALLOW", ListenerPath = "/no/such/socket" } };
        Assert.Equal(0, bundle.RunCommand("/bin/true").Code);
    }

    [RootFact]
    public void Settings_without_sense_are_refused_before_anything_is_made()
    {
        using var bundle = new TestBundle();
        Notify(bundle, null, "sethostname", null);
        Assert.Contains("needs a listenerPath", bundle.Refuse().Error, StringComparison.Ordinal);
        bundle.Linux = bundle.Linux with { Seccomp = new SeccompSpec { DefaultAction = "SCMP_ACT_ALLOW", ListenerMetadata = "data" } };
        Assert.Contains("'linux.seccomp.listenerMetadata'", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    private static void Notify(TestBundle bundle, string? path, string call, string? metadata)
    {
        bundle.SetCapabilities("CAP_SYS_ADMIN");
        bundle.Linux = bundle.Linux with
        {
            Seccomp = new SeccompSpec
            {
                DefaultAction = "SCMP_ACT_ALLOW",
                ListenerPath = path,
                ListenerMetadata = metadata,
                Syscalls = [new SeccompRuleSpec { Names = [call], Action = "SCMP_ACT_NOTIFY" }],
            },
        };
    }
}

/// <summary>Whoever answers the calls of a container: listens, takes one descriptor, and says that calls have succeeded.</summary>
internal sealed unsafe class SeccompAgent : IDisposable
{
    private const uint NOTIF_RECV = 0xC0502100, NOTIF_SEND = 0xC0182101;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private FileHandle? _notifications;

    public SeccompAgent(TestBundle bundle)
    {
        Path = System.IO.Path.Combine(bundle.Bundle, "agent.sock");
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen(1);
    }

    public string Path { get; }

    /// <summary>Takes one connection with one state, which must be all that it brings.</summary>
    public JsonElement Receive()
    {
        using Socket connection = Accept();
        byte* buffer = stackalloc byte[8192];
        nint* vector = stackalloc nint[] { (nint)buffer, 8192 };
        long* control = stackalloc long[4];
        nint* header = stackalloc nint[] { 0, 0, (nint)vector, 1, (nint)control, 32, 0 };
        int got = (int)Syscall.Check(Syscall.Call(SyscallNumber.recvmsg, (int)connection.Handle, (nint)header, 0x40000000), "recvmsg");
        _notifications?.Dispose();
        _notifications = new FileHandle(header[5] >= 20 ? (int)control[2] : -1);
        Assert.True(_notifications.Fd >= 0, "no descriptor came along");
        string text = Encoding.UTF8.GetString(buffer, got);
        Assert.Equal(0, connection.Receive(new byte[1]));
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Takes a connection and closes it unread.</summary>
    public void HangUp() => Accept().Dispose();

    /// <summary>Answers calls with success, without them being made.</summary>
    public void AnswerWithSuccess(int count)
    {
        // struct seccomp_notif has 80 bytes and begins with the id; struct seccomp_notif_resp is id, val, error, flags.
        byte* notification = stackalloc byte[80];
        ulong* response = stackalloc ulong[3];
        for (; count > 0; count--)
        {
            var entry = new PollEntry { Fd = _notifications!.Fd, Events = PollEntry.In };
            Assert.True(Poll.Wait(new Span<PollEntry>(ref entry), 60_000) > 0, "no call waits for an answer");
            new Span<byte>(notification, 80).Clear();
            Syscall.Check(Syscall.Call(SyscallNumber.ioctl, _notifications!.Fd, unchecked((nint)NOTIF_RECV), (nint)notification), "ioctl");
            response[0] = *(ulong*)notification;
            response[1] = response[2] = 0;
            Syscall.Check(Syscall.Call(SyscallNumber.ioctl, _notifications.Fd, unchecked((nint)NOTIF_SEND), (nint)response), "ioctl");
        }
    }

    public void Dispose()
    {
        _notifications?.Dispose();
        _listener.Dispose();
    }

    private Socket Accept()
    {
        Assert.True(_listener.Poll(60_000_000, SelectMode.SelectRead), "nobody connected");
        Socket connection = _listener.Accept();
        connection.ReceiveTimeout = 60_000;
        return connection;
    }
}
