using PSContainer.Containers;
using PSContainer.Containers.Options;
using PSContainer.Containers.Start;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Containers;

/// <summary>By which files a container finds names, and that no root filesystem is changed for them.</summary>
public sealed class NameFileTests(EngineFixture fixture) : IClassFixture<EngineFixture>
{
    private const string Show = "cat /etc/hosts /etc/hostname; ";

    [RootFact]
    public void AContainerFindsItselfAndLocalhost()
    {
        SetImage("hosts", "10.9.8.7 image\n");
        SetImage("hostname", "image\n");
        Container container = fixture.Start(
            Show + "for n in web localhost; do ping -c 1 -w 9 $n >/dev/null && echo found; done; echo x 2>/dev/null >>/etc/hosts || echo closed",
            static options => options with { Hostname = "web" });
        string output = EngineFixture.Output(container);
        Assert.Contains("127.0.0.1\tlocalhost", output, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1\tweb", output, StringComparison.Ordinal);
        Assert.EndsWith("web\nfound\nfound\nclosed", output, StringComparison.Ordinal);
        AssertImage("hosts", "10.9.8.7 image\n");
        AssertImage("hostname", "image\n");
        // Once more, and then nothing of it stays.
        fixture.Engine.Start(container);
        Assert.Contains("127.0.0.1\tweb", EngineFixture.Output(container), StringComparison.Ordinal);
        string state = container.StateDirectory;
        container.Remove(force: true);
        Assert.False(Directory.Exists(state));
    }

    [RootFact]
    public void WhatTheImageLacksIsMadeInALayerOnly()
    {
        File.Delete(ImageFile("hosts"));
        File.Delete(ImageFile("hostname"));
        string plain = EngineFixture.Output(fixture.Start("ls /etc/hosts /etc/hostname 2>&1", static options => options));
        Assert.DoesNotContain("\n/etc/hosts", "\n" + plain, StringComparison.Ordinal);
        Assert.Equal("web", EngineFixture.Output(fixture.Start("cat /etc/hostname", static options =>
            options with { Hostname = "web", Ephemeral = true, ReadOnly = true })));
        Assert.False(File.Exists(ImageFile("hosts")) || File.Exists(ImageFile("hostname")));
    }

    // The directory's owner has no id in the namespace, so that its root can make nothing there.
    [RootFact]
    public void NothingIsMadeWhereTheContainersRootMayNot()
    {
        File.Delete(ImageFile("hosts"));
        File.Delete(ImageFile("hostname"));
        const string Look = "ls /etc/hosts /etc/hostname 2>/dev/null; echo runs";
        foreach (uint first in new[] { 200_000u, 0u })
        {
            IdMapping[] map = [new() { ContainerId = 0, HostId = first, Size = 65536 }];
            Assert.Equal(first == 0 ? "/etc/hostname\n/etc/hosts\nruns" : "runs", EngineFixture.Output(fixture.Start(Look,
                options => options with { Hostname = "web", Ephemeral = true, UidMap = map, GidMap = map })));
        }
    }

    // The image chooses what its paths lead to, and that is inside, or nothing.
    [RootFact]
    public void ALinkOfTheImageLeadsNowhereElse()
    {
        using var directory = new TestDirectory();
        File.WriteAllText(directory["host"], "host");
        foreach (string target in new[] { directory["host"], "/proc/self/environ", "../../../../../../../../etc/motd-of-the-host", "/dev", "hosts" })
        {
            foreach (bool ephemeral in new[] { false, true })
            {
                File.Delete(ImageFile("hosts"));
                File.CreateSymbolicLink(ImageFile("hosts"), target);
                Assert.Equal("runs", EngineFixture.Output(fixture.Start("echo runs", options => options with { Ephemeral = ephemeral })));
                Assert.Equal("host", File.ReadAllText(directory["host"]));
                Assert.Equal(target, new FileInfo(ImageFile("hosts")).LinkTarget);
            }
        }
        File.Delete(ImageFile("hosts"));
        SetImage("linked", "image\n");
        File.CreateSymbolicLink(ImageFile("hosts"), "linked");
        Assert.Contains("localhost", EngineFixture.Output(fixture.Start("cat /etc/linked", static options => options)), StringComparison.Ordinal);
        AssertImage("linked", "image\n");
    }

    [RootFact]
    public void AMountOfOnesOwnTakesTheirPlace()
    {
        SetImage("hosts", "image\n");
        using var directory = new TestDirectory();
        File.WriteAllText(directory["hosts"], "mine\n");
        foreach (MountOption mount in new[] { MountOption.Parse($"{directory["hosts"]}:/etc/hosts"), MountOption.Parse($"{directory.Root}:/etc") })
            Assert.Equal("mine", EngineFixture.Output(fixture.Start("cat /etc/hosts", options => options with { Mounts = [mount] })));
    }

    [RootFact]
    public void RootOfAUserNamespaceReadsThemToo()
    {
        SetImage("hosts", "image\n");
        SetImage("hostname", "image\n");
        IdMapping[] map = [new() { ContainerId = 0, HostId = 200_000, Size = 65536 }];
        string output = EngineFixture.Output(fixture.Start(Show + "cat /proc/sys/net/ipv4/ping_group_range",
            options => options with { Hostname = "web", UidMap = map, GidMap = map }));
        Assert.Contains("127.0.0.1\tweb", output, StringComparison.Ordinal);
        Assert.EndsWith("web\n0\t65535", output, StringComparison.Ordinal);
    }

    [RootFact]
    public void AnotherContainersNetworkHasTheNameTooAndTheHostsKeepsItsOwn()
    {
        SetImage("hosts", "image\n");
        Container other = fixture.Start("exec sleep 100", static options => options with { Name = $"psc-test-{Guid.NewGuid():n}" });
        Assert.Contains("127.0.0.1\tweb", EngineFixture.Output(fixture.Start("cat /etc/hosts",
            options => options with { Hostname = "web", Network = NetworkMode.OfContainer(other.Id) })), StringComparison.Ordinal);
        string host = EngineFixture.Output(fixture.Start("cat /etc/hosts", options => options with { Hostname = "web", Network = NetworkMode.Host }));
        Assert.Contains(File.ReadAllText("/etc/hosts").Trim(), host, StringComparison.Ordinal);
        Assert.EndsWith("127.0.0.1\tweb", host, StringComparison.Ordinal);
    }

    [RootFact]
    public void ABundleForOthersDoesNotNameThem()
    {
        SetImage("hosts", "image\n");
        Container container = fixture.Start("exec sleep 100");
        Assert.Contains(container.Spec!.Mounts!, mount => mount.Source == $"{container.StateDirectory}/hosts");
        using var directory = new TestDirectory();
        SpecBundle.Write(container.Spec!, directory["bundle"], TestRepository.Executable);
        Assert.DoesNotContain(SpecBundle.Read(directory["bundle"]).Mounts!, static mount => mount.Destination == "/etc/hosts");
        // A container of another's configuration has nothing of that one's.
        Container again = fixture.Start("", options => options with
        {
            Spec = container.Spec with { Linux = container.Spec.Linux! with { CgroupsPath = null } },
        });
        Assert.DoesNotContain(again.Spec!.Mounts!, static mount => mount.Destination == "/etc/hosts");
    }

    [RootFact]
    public void AnybodyMayPingAndListenInANetworkOfTheContainersOwn()
    {
        Container container = fixture.Start("cd /proc/sys/net/ipv4; cat ping_group_range ip_unprivileged_port_start");
        Assert.Equal("0\t2147483647\n0", EngineFixture.Output(container));
        container = fixture.Start("cat /proc/sys/net/ipv4/ip_unprivileged_port_start", static options =>
            options with { Sysctls = new Dictionary<string, string> { ["net/ipv4/ip_unprivileged_port_start"] = "99" } });
        Assert.Equal("99", EngineFixture.Output(container));
        Assert.Null(fixture.Engine.Compose(fixture.Options("true") with { Network = NetworkMode.Host }).Linux!.Sysctl);
    }

    [Fact]
    public void AServerOnALoopbackIsOutOfReach()
    {
        Assert.False(NameFiles.HasReachable("# nameserver 1.1.1.1\nnameserver 127.0.0.53\noptions edns0\n"));
        Assert.False(NameFiles.HasReachable("nameserver ::1\nnameserver 127.0.0.1"));
        Assert.True(NameFiles.HasReachable("nameserver 127.0.0.53\nnameserver  10.0.0.1\n"));
    }

    private string ImageFile(string name) => Path.Combine(fixture.Rootfs, "etc", name);

    // Not through a link that a test has left.
    private void SetImage(string name, string text)
    {
        File.Delete(ImageFile(name));
        File.WriteAllText(ImageFile(name), text);
    }

    private void AssertImage(string name, string text) => Assert.Equal(text, File.ReadAllText(ImageFile(name)));
}
