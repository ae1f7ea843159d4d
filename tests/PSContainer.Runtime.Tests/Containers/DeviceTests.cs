using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

[Trait("Category", "Container")]
public sealed class DeviceTests
{
    [RootFact]
    [Trait("Kernel", "cgroup2")]
    public void Every_container_has_the_default_devices_and_links()
    {
        using var bundle = new TestBundle();
        Outcome outcome = bundle.RunShell("""
            cd /dev; stat -c '%n %F %t:%T %a %u:%g' null zero full random urandom tty
            for l in fd stdin stdout stderr ptmx; do echo $l $(readlink $l); done
            echo x >null; head -c 4 zero | wc -c; head -c 9 urandom | wc -c; echo x >full || echo full
            """);
        Assert.Equal(
            [
                "null character special file 1:3 666 0:0", "zero character special file 1:5 666 0:0", "full character special file 1:7 666 0:0",
                "random character special file 1:8 666 0:0", "urandom character special file 1:9 666 0:0", "tty character special file 5:0 666 0:0",
                "fd /proc/self/fd", "stdin /proc/self/fd/0", "stdout /proc/self/fd/1", "stderr /proc/self/fd/2", "ptmx pts/ptmx", "4", "9", "full",
            ],
            outcome.Lines);
    }

    [RootFact]
    [Trait("Kernel", "cgroup2")]
    public void Extra_devices_have_the_type_mode_and_owner_that_were_asked_for()
    {
        using var bundle = new TestBundle();
        bundle.Linux = bundle.Linux with
        {
            Devices =
            [
                new DeviceSpec { Type = "c", Path = "/dev/deep/zero", Major = 1, Minor = 5, FileMode = 0b110_100_000, Uid = 1000, Gid = 50 },
                new DeviceSpec { Type = "b", Path = "/dev/disk", Major = 259, Minor = 300_000 },
                new DeviceSpec { Type = "p", Path = "/dev/pipe", FileMode = 0b110_000_000 },
                new DeviceSpec { Type = "c", Path = "/dev/null", Major = 1, Minor = 3, FileMode = 0b110_000_000 },
            ],
        };
        Outcome outcome = bundle.RunShell("stat -c '%n %F %t:%T %a %u:%g' /dev/deep/zero /dev/disk /dev/pipe /dev/null; head -c 2 /dev/deep/zero | wc -c");
        Assert.Equal(
            [
                "/dev/deep/zero character special file 1:5 640 1000:50", "/dev/disk block special file 103:493e0 666 0:0",
                "/dev/pipe fifo 0:0 600 0:0", "/dev/null character special file 1:3 600 0:0", "2",
            ],
            outcome.Lines);
    }

    [RootFact]
    public void A_file_where_a_device_should_be_is_refused()
    {
        using var bundle = new TestBundle(ownRoot: true);
        File.WriteAllText(Path.Combine(bundle.Rootfs, "here"), "");
        bundle.Linux = bundle.Linux with { Devices = [new DeviceSpec { Type = "c", Path = "/here", Major = 1, Minor = 3 }] };
        Outcome outcome = bundle.Refuse();
        Assert.Contains("/here", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("EEXIST", outcome.Error, StringComparison.Ordinal);
    }

    [RootFact]
    [Trait("Attack", "B-06")]
    [Trait("CVE", "CVE-2026-41579")]
    [Trait("CVE", "CVE-2026-47766")]
    public void A_dev_that_leads_out_of_the_root_touches_nothing_on_the_host()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string canary = bundle.MakeDirectory("canary");
        Directory.Delete(Path.Combine(bundle.Rootfs, "dev"));
        File.CreateSymbolicLink(Path.Combine(bundle.Rootfs, "dev"), canary);
        foreach (bool mountsDev in new[] { true, false })
        {
            if (!mountsDev)
                bundle.RemoveDevMounts();
            bundle.RunShell("true");
            Assert.Empty(Directory.GetFileSystemEntries(canary));
            Assert.Empty(bundle.Leftovers());
        }
    }

    [RootFact]
    public void A_dev_of_the_host_is_left_as_it_is()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string dev = bundle.MakeDirectory("dev");
        bundle.RemoveDevMounts();
        bundle.AddMount("/dev", "bind", dev, "rbind");
        Assert.Equal(0, bundle.RunShell("ls /dev").Code);
        Assert.Empty(Directory.GetFileSystemEntries(dev));
    }
}
