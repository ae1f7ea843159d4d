using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

[Trait("Category", "Container")]
public sealed class UserNamespaceTests
{
    [RootFact]
    [Trait("Kernel", "cgroup2")]
    public void Root_inside_is_an_ordinary_user_outside()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddUserNamespace();
        bundle.Start("sleep", "1000");
        uint id = TestBundle.MappedId;
        Assert.Equal($"{id}\t{id}\t{id}\t{id}", bundle.StatusField("Uid"));
        Assert.Equal($"{id}\t{id}\t{id}\t{id}", bundle.StatusField("Gid"));
        foreach (string map in new[] { "uid_map", "gid_map" })
        {
            Assert.Equal(["0", $"{id}", "65536"], File.ReadAllText($"/proc/{bundle.Pid}/{map}").Split(Array.Empty<char>(), StringSplitOptions.RemoveEmptyEntries));
            Assert.Equal(["0", $"{id}", "65536"], bundle.Exec("cat", $"/proc/self/{map}").Output.Split(Array.Empty<char>(), StringSplitOptions.RemoveEmptyEntries));
        }
        Assert.Equal("uid=0(root) gid=0(root)\n", bundle.Exec("id").Output);
    }

    [RootFact]
    public void Devices_are_the_hosts_and_work()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddUserNamespace();
        bundle.Start("sleep", "1000");
        foreach (string device in new[] { "null", "zero", "full", "random", "urandom", "tty" })
        {
            MountLine mount = bundle.Mount($"/dev/{device}");
            Assert.Equal($"/{device}", mount.Root);
        }
        Outcome inside = bundle.Exec("/bin/sh", "-c", "stat -c '%t:%T' /dev/null /dev/zero; echo x >/dev/null && head -c 3 /dev/zero | wc -c");
        Assert.Equal(["1:3", "1:5", "3"], inside.Lines);
    }

    [RootFact]
    public void Files_belong_to_the_mapped_owner()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddUserNamespace();
        File.WriteAllText(Path.Combine(bundle.Rootfs, "unmapped"), "");
        Outcome outcome = bundle.RunShell("touch /made; touch /given; chown 1000:50 /given; stat -c '%u:%g' /made /given /unmapped; chown 0 /unmapped");
        Assert.Equal(["0:0", "1000:50", "65534:65534"], outcome.Lines);
        Assert.NotEqual(0, outcome.Code);
        Assert.Equal("100000:100000", HostCommand.Run("stat", "-c", "%u:%g", Path.Combine(bundle.Rootfs, "made")));
        Assert.Equal("101000:100050", HostCommand.Run("stat", "-c", "%u:%g", Path.Combine(bundle.Rootfs, "given")));
        Assert.Equal("0:0", HostCommand.Run("stat", "-c", "%u:%g", Path.Combine(bundle.Rootfs, "unmapped")));
    }

    [RootFact]
    public void A_user_inside_is_his_mapped_id_outside()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddUserNamespace();
        bundle.Process = bundle.Process with { User = new UserSpec { Uid = 1000, Gid = 50, AdditionalGids = [7] } };
        bundle.Start("sleep", "1000");
        Assert.Equal("101000", bundle.StatusField("Uid").Split('\t')[0]);
        Assert.Equal("100050", bundle.StatusField("Gid").Split('\t')[0]);
        Assert.Equal("100007", bundle.StatusField("Groups"));
        Assert.Equal("0000000000000000", bundle.StatusField("CapEff"));
    }

    [RootFact]
    public void An_id_without_a_map_is_refused()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddUserNamespace();
        bundle.Process = bundle.Process with { User = new UserSpec { Uid = 70_000 }, Args = ["true"] };
        Assert.Contains("SetUser", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void A_map_that_the_kernel_refuses_names_its_file()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddUserNamespace();
        IdMapping[] overlapping = [new() { HostId = 100_000, Size = 10 }, new() { ContainerId = 5, HostId = 200_000, Size = 10 }];
        bundle.Linux = bundle.Linux with { UidMappings = overlapping };
        Assert.Contains("uid_map", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void The_container_has_no_power_over_the_host()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddUserNamespace();
        bundle.SetCapabilities("CAP_SYS_ADMIN", "CAP_SYS_TIME", "CAP_NET_ADMIN", "CAP_DAC_OVERRIDE", "CAP_MKNOD", "CAP_SYS_RESOURCE");
        bundle.Linux = bundle.Linux with { Seccomp = null, MaskedPaths = [], ReadonlyPaths = [] };
        Outcome outcome = bundle.RunShell("""
            mknod /dev/mem c 1 1 2>/dev/null && echo node
            echo x >/proc/sys/kernel/core_pattern && echo pattern
            date -s 2030-01-01 2>/dev/null | grep -q x && echo clock
            echo -500 >/proc/self/oom_score_adj && echo oom
            ip link set lo down && echo own-network
            """);
        Assert.Equal(["own-network"], outcome.Lines);
    }
}
