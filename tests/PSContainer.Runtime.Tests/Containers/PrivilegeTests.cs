using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

[Trait("Category", "Container")]
public sealed class PrivilegeTests
{
    // Bits of capability.h: CHOWN 0, KILL 5, NET_BIND_SERVICE 10, SYS_CHROOT 18.
    private const string Chown = "0000000000000001", Kill = "0000000000000020", BindService = "0000000000000400", None = "0000000000000000";

    [RootFact]
    public void Each_of_the_five_sets_is_what_was_asked_for()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with
        {
            Capabilities = new CapabilitiesSpec
            {
                Bounding = ["CAP_CHOWN", "CAP_KILL", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT"],
                Permitted = ["CAP_NET_BIND_SERVICE", "CAP_KILL"],
                Inheritable = ["CAP_NET_BIND_SERVICE"],
                Effective = ["CAP_KILL"],
                Ambient = ["CAP_NET_BIND_SERVICE"],
            },
            User = new UserSpec { Uid = 1000, Gid = 1000 },
        };
        bundle.Start("sleep", "1000");
        string[] inside = bundle.Exec("cat", "/proc/self/status").Lines;
        // After execve a user without a file's capabilities has the ambient ones, capabilities(7).
        foreach ((string field, string expected) in new[]
        {
            ("CapBnd", "0000000000040421"), ("CapInh", BindService), ("CapAmb", BindService), ("CapPrm", BindService), ("CapEff", BindService),
        })
        {
            Assert.Equal(expected, bundle.StatusField(field));
            Assert.Equal(expected, TestBundle.Field(inside, field));
        }
    }

    // An engine asks for the same at every command, and who uses it can do nothing about that: so not unless warnings are asked for.
    [RootFact]
    public void What_cannot_be_ambient_is_left_out_with_a_warning_for_the_log()
    {
        using var bundle = new TestBundle();
        string[] both = ["CAP_KILL", "CAP_CHOWN"];
        bundle.Process = bundle.Process with
        {
            Capabilities = new() { Bounding = both, Effective = both, Permitted = both, Inheritable = ["CAP_KILL"], Ambient = both },
        };
        Outcome outcome = bundle.RunCommand("grep", "CapAmb", "/proc/self/status");
        Assert.Equal("0000000000000020", TestBundle.Field(outcome.Lines, "CapAmb"));
        Assert.Equal("", outcome.Error);
        const string Warning = "can't raise ambient capability CAP_CHOWN: ";
        Assert.Contains(Warning, bundle.Invoke("--log-level", "warning", "run", "-b", bundle.Bundle, bundle.Id).Error, StringComparison.Ordinal);
        string log = Path.Combine(bundle.MakeDirectory("logs"), "log");
        Assert.Equal("", bundle.Invoke("--log", log, "run", "-b", bundle.Bundle, bundle.Id).Error);
        Assert.Contains(Warning, File.ReadAllText(log), StringComparison.Ordinal);
        File.Delete(log);
        bundle.Invoke("--log", log, "--log-level", "error", "run", "-b", bundle.Bundle, bundle.Id);
        Assert.Equal("", File.ReadAllText(log));
    }

    // A user could not use what is added otherwise; nothing is inheritable that was not.
    [RootFact]
    public void A_capability_that_exec_adds_is_ambient_where_it_is_inheritable()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with
        {
            Capabilities = new()
            {
                Bounding = ["CAP_KILL", "CAP_CHOWN"],
                Permitted = ["CAP_CHOWN"],
                Inheritable = ["CAP_CHOWN", "CAP_KILL"],
                Ambient = ["CAP_CHOWN"],
            },
        };
        bundle.Start("sleep", "1000");
        Outcome outcome = bundle.Invoke("exec", "--cap", "CAP_KILL", "--cap", "CAP_SYSLOG", bundle.Id, "cat", "/proc/self/status");
        Assert.Equal("0000000000000021", TestBundle.Field(outcome.Lines, "CapAmb"));
        Assert.Equal("0000000000000021", TestBundle.Field(outcome.Lines, "CapInh"));
        Assert.Equal("", outcome.Error);
    }

    [RootFact]
    public void Ambient_capabilities_work_for_a_user()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { User = new UserSpec { Uid = 1000, Gid = 1000 } };
        bundle.SetCapabilities("CAP_CHOWN");
        Assert.Equal("5\n", bundle.RunShell("touch /dev/shm/x && chown 5 /dev/shm/x && stat -c %u /dev/shm/x").Output);
        bundle.SetCapabilities();
        Assert.NotEqual(0, bundle.RunShell("touch /dev/shm/x && chown 5 /dev/shm/x").Code);
    }

    [RootFact]
    [Trait("Attack", "B-23")]
    [Trait("CVE", "CVE-2018-10856")]
    public void A_user_keeps_none_of_roots_capabilities()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { User = new UserSpec { Uid = 1000, Gid = 1000 } };
        bundle.Start("sleep", "1000");
        foreach (string field in new[] { "CapEff", "CapPrm", "CapInh", "CapAmb" })
            Assert.Equal(None, bundle.StatusField(field));
        Assert.NotEqual(None, bundle.StatusField("CapBnd"));
    }

    [RootFact]
    public void Root_has_the_sets_of_the_configuration_and_nothing_inheritable()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with
        {
            Capabilities = new CapabilitiesSpec { Bounding = ["CAP_CHOWN"], Permitted = ["CAP_CHOWN"], Effective = ["CAP_CHOWN"] },
        };
        bundle.Start("sleep", "1000");
        Assert.Equal([Chown, Chown, Chown, None, None],
            new[] { "CapBnd", "CapPrm", "CapEff", "CapInh", "CapAmb" }.Select(field => bundle.StatusField(field)));
        string[] more = bundle.Invoke("exec", "--cap", "CAP_KILL", bundle.Id, "cat", "/proc/self/status").Lines;
        Assert.Equal("0000000000000021", TestBundle.Field(more, "CapEff"));
        Assert.NotEqual(Kill, TestBundle.Field(more, "CapBnd"));
        bundle.Process = bundle.Process with { Capabilities = null };
        using var bare = new TestBundle();
        bare.Process = bare.Process with { Capabilities = null };
        Assert.Equal(None, TestBundle.Field(bare.RunCommand("cat", "/proc/self/status").Lines, "CapBnd"));
    }

    [RootTheory]
    [InlineData("CAP_NO_SUCH")]
    [InlineData("")]
    public void A_capability_that_does_not_exist_is_left_out_with_a_warning(string name)
    {
        using var bundle = new TestBundle();
        bundle.SetCapabilities("CAP_CHOWN", name);
        bundle.Process = bundle.Process with { Args = ["grep", "CapEff", "/proc/self/status"] };
        bundle.Write();
        Outcome outcome = bundle.Invoke("--log-level", "warning", "run", "-b", bundle.Bundle, bundle.Id);
        Assert.Equal("CapEff:\t0000000000000001\n", outcome.Output);
        Assert.Contains("level=warning", outcome.Error, StringComparison.Ordinal);
        Assert.Contains($"left out: {name}", outcome.Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void A_capability_that_the_runtime_lacks_is_left_out_with_a_warning()
    {
        using var bundle = new TestBundle();
        bundle.SetCapabilities("CAP_CHOWN", "CAP_SYS_PACCT");
        bundle.Process = bundle.Process with { Args = ["grep", "CapBnd", "/proc/self/status"] };
        bundle.Write();
        Outcome outcome = HostCommand.Try("setpriv", "--bounding-set", "-sys_pacct", PSContainer.Tests.TestRepository.Executable,
            "--root", bundle.StateRoot, "--log-level", "info", "run", "-b", bundle.Bundle, bundle.Id);
        Assert.Equal("CapBnd:\t0000000000000001\n", outcome.Output);
        Assert.Contains("left out: CAP_SYS_PACCT", outcome.Error, StringComparison.Ordinal);
    }

    [RootTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void No_new_privileges_is_set_where_it_is_asked_for_and_the_filter_either_way(bool isSet)
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { NoNewPrivileges = isSet };
        bundle.Start("sleep", "1000");
        Assert.Equal(isSet ? "1" : "0", bundle.StatusField("NoNewPrivs"));
        Assert.Equal("2", bundle.StatusField("Seccomp"));
        Assert.Equal("1", bundle.StatusField("Seccomp_filters"));
        string[] inside = bundle.Exec("cat", "/proc/self/status").Lines;
        Assert.Equal(isSet ? "1" : "0", TestBundle.Field(inside, "NoNewPrivs"));
        Assert.Equal("2", TestBundle.Field(inside, "Seccomp"));
    }

    [RootTheory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void A_setuid_program_gains_nothing_where_no_new_privileges_is_set(bool isSet, int error)
    {
        using var bundle = new TestBundle(ownRoot: true);
        string program = Path.Combine(bundle.Rootfs, "bin/raised");
        const int SetUid = 105;
        SyscallProgram.Write(program, SyscallProgram.ThisMachine, SetUid, 0);
        HostCommand.Run("chmod", "4755", program);
        bundle.Process = bundle.Process with
        {
            NoNewPrivileges = isSet,
            User = new UserSpec { Uid = 1000, Gid = 1000 },
        };
        Assert.Equal(error, bundle.RunCommand("/bin/raised").Code);
    }
}
