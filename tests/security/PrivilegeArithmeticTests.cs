using PSContainer.Containers;
using PSContainer.Containers.Insight;
using PSContainer.Kernel;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Security.Tests;

/// <summary>B-22 to B-28: capabilities, groups, users and id maps are exactly what was asked for, or refused.</summary>
[Trait("Category", "Container")]
public sealed class PrivilegeArithmeticTests
{
    private const string None = "0000000000000000";

    [RootTheory]
    [Trait("Attack", "B-22")]
    [Trait("CVE", "CVE-2022-24769")]
    [Trait("CVE", "CVE-2022-27649")]
    [Trait("CVE", "CVE-2022-27650")]
    [Trait("CVE", "CVE-2022-27651")]
    [Trait("CVE", "CVE-2022-29162")]
    [InlineData(0u, false)]
    [InlineData(0u, true)]
    [InlineData(1000u, false)]
    public void No_capability_is_inheritable_unless_a_user_was_given_it(uint uid, bool adds)
    {
        using var fixture = new EngineFixture();
        Container container = fixture.Start("sleep 1000", options => options with
        {
            User = $"{uid}", AddCapability = adds ? [Capability.NetAdmin] : [],
        });
        Assert.Empty(container.InheritableCapabilities!);
        Assert.Empty(container.AmbientCapabilities!);
        ContainerProcess process = container.StartProcess(new() { Command = ["sleep", "1000"], AddCapability = adds ? [Capability.NetAdmin] : [] });
        string[] status = File.ReadAllLines($"/proc/{process.Id}/status");
        Assert.Equal(None, TestBundle.Field(status, "CapInh"));
        Assert.Equal(None, TestBundle.Field(status, "CapAmb"));
    }

    [RootFact]
    [Trait("Attack", "B-22")]
    [Trait("Attack", "B-23")]
    [Trait("CVE", "CVE-2018-10856")]
    public void A_user_has_the_capabilities_that_were_given_by_name_and_no_others()
    {
        using var fixture = new EngineFixture();
        Container plain = fixture.Start("sleep 1000", options => options with { User = "1000" });
        Assert.Empty(plain.EffectiveCapabilities!);
        Assert.Empty(plain.PermittedCapabilities!);
        Container given = fixture.Start("sleep 1000", options => options with { User = "1000", AddCapability = [Capability.NetBindService] });
        Assert.Equal([Capability.NetBindService], given.EffectiveCapabilities);
        Assert.Equal([Capability.NetBindService], given.AmbientCapabilities);
        Container bare = fixture.Start("sleep 1000", options => options with
        {
            User = "1000", DropAllCapabilities = true, AddCapability = [Capability.NetBindService],
        });
        Assert.Equal([Capability.NetBindService], bare.BoundingCapabilities);
        // Root that comes later gets nothing inheritable by it.
        ContainerProcess root = bare.StartProcess(new() { Command = ["sleep", "1000"], User = "0" });
        Assert.Equal(None, TestBundle.Field(File.ReadAllLines($"/proc/{root.Id}/status"), "CapInh"));
    }

    [RootFact]
    [Trait("Attack", "B-24")]
    [Trait("CVE", "CVE-2022-2989")]
    [Trait("CVE", "CVE-2022-2990")]
    [Trait("CVE", "CVE-2022-36109")]
    [Trait("CVE", "CVE-2023-25173")]
    public void The_groups_are_those_of_the_image_and_those_asked_for()
    {
        using var fixture = new EngineFixture();
        File.AppendAllText(fixture.Rootfs + "/etc/passwd", "alice:x:1000:1000::/:/bin/sh\n");
        File.AppendAllText(fixture.Rootfs + "/etc/group", "video:x:44:alice\naudio:x:63:bob,alice\n");
        Container container = fixture.Start("sleep 1000", options => options with { User = "alice", AdditionalGroups = ["7"] });
        Assert.Equal([7u, 44u, 63u], container.AdditionalGroups);
        Assert.Equal([], fixture.Start("sleep 1000", options => options with { User = "1234" }).AdditionalGroups);
    }

    [RootTheory]
    [Trait("Attack", "B-25")]
    [Trait("Attack", "B-26")]
    [Trait("CVE", "CVE-2026-30892")]
    [Trait("CVE", "CVE-2024-40635")]
    [InlineData("0", "0:0")]
    [InlineData("1", "1:")]
    [InlineData("1:1", "1:1")]
    [InlineData("1:", null)]
    [InlineData(":1", null)]
    [InlineData("01", null)]
    [InlineData("+1", null)]
    [InlineData("-1", null)]
    [InlineData(" 1", null)]
    [InlineData("4294967295", null)]
    [InlineData("4294967296", null)]
    [InlineData("2147483648", null)]
    [InlineData("root", null)]
    [InlineData("", null)]
    [InlineData("nobody:", null)]
    public void The_runtimes_own_user_option_takes_numbers_and_nothing_that_looks_like_one(string user, string? expected)
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        Outcome outcome = bundle.Invoke("exec", "--user", user, bundle.Id, "sh", "-c", "echo $(id -u):$(id -g)");
        if (expected is null)
            Assert.True(outcome.Code != 0 && outcome.Output.Length == 0, $"'{user}' was taken for {outcome.Output}");
        else
            Assert.StartsWith(expected, outcome.Output, StringComparison.Ordinal);
    }

    [RootTheory]
    [Trait("Attack", "B-26")]
    [Trait("CVE", "CVE-2024-40635")]
    [InlineData("4294967296")]
    [InlineData("4294967295")]
    [InlineData("-1")]
    [InlineData("1.5")]
    public void An_id_that_is_none_in_a_configuration_is_refused(string uid)
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { User = new UserSpec { Uid = 7777 }, Args = ["id"] };
        bundle.Write();
        File.WriteAllText(bundle.ConfigPath, File.ReadAllText(bundle.ConfigPath).Replace("7777", uid, StringComparison.Ordinal));
        Outcome outcome = bundle.Invoke("run", "-b", bundle.Bundle, bundle.Id);
        Assert.True(outcome.IsRefused, outcome.Error);
        Assert.Empty(bundle.Leftovers());
    }

    [RootCommandFact("setpriv")]
    [Trait("Attack", "B-27")]
    [Trait("CVE", "CVE-2014-8989")]
    public void A_user_who_maps_only_himself_cannot_drop_groups()
    {
        const uint User = 61234;
        using var bundle = new TestBundle(ownRoot: true);
        IdMapping[] map = [new() { ContainerId = 0, HostId = User, Size = 1 }];
        bundle.SetNamespaces("mount", "pid", "ipc", "uts", "user");
        bundle.Linux = bundle.Linux with { UidMappings = map, GidMappings = map, CgroupsPath = null, Resources = null };
        bundle.Spec = bundle.Spec with
        {
            Mounts = [.. bundle.Spec.Mounts!.Where(static mount => mount.Type is not ("cgroup" or "sysfs" or "devpts" or "mqueue"))],
        };
        bundle.Process = bundle.Process with { Args = ["sh", "-c", "cat /proc/self/setgroups; id -G"] };
        bundle.Write();
        HostCommand.Run("chown", "-R", $"{User}:{User}", bundle.Bundle, bundle.Rootfs);
        HostCommand.Run("chmod", "755", bundle.Bundle, bundle.Rootfs);
        Outcome outcome = HostCommand.Try(
            "env", $"XDG_DATA_HOME={bundle.Bundle}", $"XDG_RUNTIME_DIR={bundle.Bundle}", "setpriv", "--reuid", $"{User}", "--regid", $"{User}", "--groups", $"{User},27", TestRepository.Executable, "--root",
            bundle.StateRoot, "run", "-b", bundle.Bundle, bundle.Id);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal("deny", outcome.Lines[0]);
        // The group that denies access is still there, under the name of nobody.
        Assert.Contains("65534", outcome.Lines[1], StringComparison.Ordinal);
    }

    [RootTheory]
    [Trait("Attack", "B-28")]
    [Trait("CVE", "CVE-2021-43784")]
    [InlineData("uidMappings")]
    [InlineData("gidMappings")]
    [InlineData("rlimits")]
    [InlineData("groups")]
    public void So_much_of_one_thing_that_a_length_would_overflow_is_refused(string what)
    {
        const int Many = 70_000;
        using var bundle = new TestBundle();
        bundle.AddUserNamespace();
        IdMapping[] mappings = [.. Enumerable.Range(0, Many).Select(static id => new IdMapping { ContainerId = (uint)id, HostId = 100_000 + (uint)id, Size = 1 })];
        bundle.Process = bundle.Process with { Args = ["true"] };
        switch (what)
        {
            case "uidMappings":
                bundle.Linux = bundle.Linux with { UidMappings = mappings };
                break;
            case "gidMappings":
                bundle.Linux = bundle.Linux with { GidMappings = mappings };
                break;
            case "rlimits":
                bundle.Process = bundle.Process with
                {
                    Rlimits = [.. Enumerable.Repeat(new RlimitSpec { Type = "RLIMIT_NOFILE", Soft = 10, Hard = 10 }, Many)],
                };
                break;
            default:
                bundle.Process = bundle.Process with { User = new UserSpec { AdditionalGids = [.. Enumerable.Range(0, Many).Select(static id => (uint)(id % 60_000))] } };
                break;
        }
        bundle.Refuse();
    }
}
