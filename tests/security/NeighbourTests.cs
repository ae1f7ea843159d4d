using PSContainer.Containers;
using PSContainer.Containers.Options;
using PSContainer.Spec;
using PSContainer.State;
using PSContainer.Tests;

namespace PSContainer.Security.Tests;

/// <summary>C-02 to C-06: the host and other containers are out of reach, also when they had been somebody else before.</summary>
[Trait("Category", "Container")]
public sealed class NeighbourTests
{
    [RootFact]
    [Trait("Attack", "C-02")]
    public void A_namespace_that_is_shared_is_that_of_the_container_and_not_of_who_has_its_pid_later()
    {
        using var fixture = new EngineFixture();
        Container first = fixture.Start("sleep 1000");
        Container second = fixture.Start("sleep 1000", options => options with { Network = NetworkMode.OfContainer(first.Name) });
        Assert.Equal(NetworkOf(first), NetworkOf(second));
        first.Stop(TimeSpan.Zero);
        second.Stop(TimeSpan.Zero);
        // Nobody has it now: that is said, and the host's is not taken instead.
        Assert.Throws<ContainerStateException>(second.Start);
        Assert.Equal(ContainerStatus.Exited, second.State);
        first.Start();
        second.Start();
        Assert.Equal(NetworkOf(first), NetworkOf(second));
        Assert.False(second.Namespaces.Single(static one => one.Type == "network").IsHost);
    }

    [RootTheory]
    [Trait("Attack", "C-03")]
    [InlineData("c", "1", "1")] // /dev/mem
    [InlineData("c", "1", "11")] // /dev/kmsg
    [InlineData("c", "5", "1")] // the console of the machine
    [InlineData("c", "10", "229")] // /dev/fuse
    [InlineData("c", "10", "200")] // /dev/net/tun
    [InlineData("b", "254", "0")] // the disk of a virtual machine
    [InlineData("b", "7", "0")] // /dev/loop0
    [InlineData("b", "8", "0")] // /dev/sda
    public void A_device_that_a_container_makes_cannot_be_opened(string type, string major, string minor)
    {
        using var bundle = new TestBundle(ownRoot: true);
        Outcome outcome = bundle.RunShell($"mknod /node {type} {major} {minor} && echo made; head -c 1 /node >/dev/null && echo read; echo x >/node && echo written");
        Assert.DoesNotContain("read", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("written", outcome.Output, StringComparison.Ordinal);
    }

    [RootTheory]
    [Trait("Attack", "C-38")]
    [InlineData("/proc/keys", null)]
    [InlineData("/proc/keys", 0u)]
    [InlineData("/dev/null", 0u)]
    [InlineData("/dev/null", TestBundle.MappedId)]
    public void A_device_of_the_host_keeps_its_mode_and_times(string path, uint? rootInsideIs)
    {
        using var bundle = new TestBundle();
        if (rootInsideIs is { } id)
            bundle.AddUserNamespace(id);
        // The mode that it has already: should it go through, nothing is the worse for it.
        Outcome outcome = bundle.RunShell(
            $"echo x >{path} && echo written; chmod 0666 {path} && echo changed; touch -c {path} && echo touched; mount -o remount,rw {path} && echo mounted");
        Assert.Equal("written\n", outcome.Output);
    }

    [RootFact]
    [Trait("Attack", "C-04")]
    public void What_a_container_mounts_does_not_come_out()
    {
        using var bundle = new TestBundle();
        string name = $"psc-inner-{Guid.NewGuid():N}", volume = bundle.MakeDirectory("volume");
        using var shared = new HostMount(volume, "--make-shared");
        Directory.CreateDirectory(volume + "/below");
        bundle.SetCapabilities("CAP_SYS_ADMIN");
        bundle.Linux = bundle.Linux with { Seccomp = null };
        bundle.AddMount("/mnt", "bind", volume, "rbind", "rw");
        Outcome outcome = bundle.RunShell($"mount -t tmpfs {name} /mnt/below && grep -c {name} /proc/self/mountinfo; touch /mnt/below/new; sleep 0.2");
        Assert.Equal("1", outcome.Lines[0]);
        Assert.DoesNotContain(name, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(volume + "/below"));
    }

    [RootFact]
    [Trait("Attack", "C-05")]
    public void Ids_between_the_ranges_of_a_map_belong_to_nobody_inside()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddUserNamespace();
        IdMapping[] map = [new() { ContainerId = 0, HostId = 100_000, Size = 1000 }, new() { ContainerId = 2000, HostId = 102_000, Size = 1000 }];
        bundle.Linux = bundle.Linux with { UidMappings = map, GidMappings = map };
        string file = bundle.Rootfs + "/gap";
        File.WriteAllText(file, "secret");
        HostCommand.Run("chown", "101500:101500", file);
        HostCommand.Run("chmod", "600", file);
        Outcome outcome = bundle.RunShell("""
            stat -c %u:%g /gap; cat /gap; chown 0 /gap; chmod 666 /gap; echo x >/gap
            touch /own; chown 1500 /own && echo given; chown 2500 /own && echo mapped; rm -f /gap
            """);
        Assert.Equal(["65534:65534", "mapped"], outcome.Lines);
        Assert.DoesNotContain("secret", outcome.Output, StringComparison.Ordinal);
        bundle.Process = bundle.Process with { User = new UserSpec { Uid = 1500, Gid = 0 } };
        bundle.Refuse();
    }

    [RootFact]
    [Trait("Attack", "C-06")]
    public void A_process_of_another_container_can_neither_be_seen_nor_signalled_nor_looked_into()
    {
        using var victim = new TestBundle();
        using var attacker = new TestBundle();
        victim.Start("sleep", "1000");
        attacker.SetCapabilities("CAP_KILL", "CAP_SYS_PTRACE", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH");
        attacker.Linux = attacker.Linux with { Seccomp = null };
        int pid = victim.Pid;
        Outcome outcome = attacker.RunShell($"kill -9 {pid} && echo killed; ls -d /proc/{pid} && echo seen; cat /proc/{pid}/environ && echo read; ls /proc | grep -c '^[0-9]'; kill -9 -1");
        Assert.DoesNotContain("killed", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("seen", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("read", outcome.Output, StringComparison.Ordinal);
        Assert.Equal("running", victim.Status);
    }

    private static string NetworkOf(Container container) => new FileInfo($"/proc/{container.Pid}/ns/net").LinkTarget!;
}
