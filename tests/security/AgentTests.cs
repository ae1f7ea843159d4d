using System.Diagnostics;
using System.Net.Sockets;
using PSContainer.Kernel;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Security.Tests;

/// <summary>C-10: whoever answers the calls of a filter takes no connection, lets go, or never answers.</summary>
[Trait("Category", "Container")]
public sealed class AgentTests
{
    [RootFact]
    [Trait("Attack", "C-10")]
    public void An_agent_that_takes_no_connection_holds_nothing_up()
    {
        using var bundle = new TestBundle();
        using Socket agent = Listen(bundle, "sethostname", backlog: 0);
        var waiting = new List<Socket>();
        try
        {
            // Until there is no more room for those that wait to be taken.
            for (bool isFull = false; !isFull;)
            {
                var one = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
                waiting.Add(one);
                try
                {
                    one.Connect(agent.LocalEndPoint!);
                }
                catch (SocketException)
                {
                    isFull = true;
                }
            }
            Assert.Contains("ConnectListener: connect", bundle.Refuse().Error, StringComparison.Ordinal);
        }
        finally
        {
            waiting.ForEach(static one => one.Dispose());
        }
    }

    [RootTheory]
    [Trait("Attack", "C-10")]
    [InlineData("sendto", "ReportReady: sendto: ENOSYS")]
    [InlineData("execve", "ENOSYS")]
    public void An_agent_that_lets_go_fails_the_calls_that_wait(string call, string reason)
    {
        using var bundle = new TestBundle();
        using Socket agent = Listen(bundle, call);
        Task taken = Task.Run(() =>
        {
            using Socket connection = agent.Accept();
            UnixSocket.Receive((int)connection.Handle, out int descriptor);
            new FileHandle(descriptor).Dispose();
        });
        bundle.Process = bundle.Process with { Args = ["/bin/true"] };
        bundle.Write();
        Outcome outcome = bundle.Invoke("run", "-b", bundle.Bundle, bundle.Id);
        Assert.True(taken.Wait(60_000), "nobody came to the agent");
        Assert.Contains(reason, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(bundle.Leftovers());
    }

    [RootTheory]
    [Trait("Attack", "C-10")]
    [InlineData(true)]
    [InlineData(false)]
    public void An_init_that_nobody_answers_goes_with_its_container_although_its_maker_was_killed(bool namesCgroup)
    {
        using var bundle = new TestBundle();
        using Socket agent = Listen(bundle, "sendto");
        if (namesCgroup)
            bundle.Linux = bundle.Linux with { CgroupsPath = $"/psc-test-agent-{bundle.Id}" };
        bundle.Process = bundle.Process with { Args = ["/bin/true"] };
        bundle.Write();
        using Process runtime = bundle.StartProcess("create", "-b", bundle.Bundle, bundle.Id);
        using Socket connection = agent.Accept();
        UnixSocket.Receive((int)connection.Handle, out int descriptor);
        using var notifications = new FileHandle(descriptor);
        var entry = new PollEntry { Fd = descriptor, Events = PollEntry.In };
        Assert.True(Poll.Wait([entry], 60_000) > 0, "no call came to the agent");
        string init = Assert.Single(File.ReadAllLines($"/proc/{runtime.Id}/task/{runtime.Id}/children")[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        runtime.Kill();
        runtime.WaitForExit();
        Assert.True(Path.Exists($"/proc/{init}"), "it did not wait for its agent");
        TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
        TestBundle.Eventually(() => !Path.Exists($"/proc/{init}"), "the init ended");
        Assert.Empty(bundle.Leftovers());
    }

    private static Socket Listen(TestBundle bundle, string call, int backlog = 1)
    {
        string path = Path.Combine(bundle.Bundle, "agent.sock");
        var agent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        agent.Bind(new UnixDomainSocketEndPoint(path));
        agent.Listen(backlog);
        bundle.Linux = bundle.Linux with
        {
            Seccomp = new SeccompSpec
            {
                DefaultAction = "SCMP_ACT_ALLOW",
                ListenerPath = path,
                Syscalls = [new SeccompRuleSpec { Names = [call], Action = "SCMP_ACT_NOTIFY" }],
            },
        };
        return agent;
    }
}
