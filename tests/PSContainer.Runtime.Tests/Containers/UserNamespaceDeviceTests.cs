using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

/// <summary>Devices of a container whose user namespace may make no nodes.</summary>
[Trait("Category", "Container")]
public sealed class UserNamespaceDeviceTests
{
    [RootFact]
    public void The_multiplexer_among_the_devices_is_the_containers_own()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddUserNamespace();
        SetDevices(bundle, new DeviceSpec { Type = "c", Path = "/dev/ptmx", Major = 5, Minor = 2, FileMode = 0b110_110_110, Uid = 0, Gid = 5 });
        Outcome outcome = bundle.RunShell("readlink /dev/ptmx; stat -Lc '%t:%T' /dev/ptmx");
        Assert.Equal(["pts/ptmx", "5:2"], outcome.Lines);
    }

    [RootFact]
    public void A_device_has_the_name_the_mode_and_the_owner_that_were_asked_for()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddUserNamespace();
        SetDevices(bundle,
            new DeviceSpec { Type = "c", Path = "/dev/deep/nought", Major = 1, Minor = 5, FileMode = 0b110_100_000, Uid = 1000, Gid = 50 },
            new DeviceSpec { Type = "c", Path = "/dev/other", Major = 1, Minor = 5 },
            new DeviceSpec { Type = "c", Path = "/dev/null", Major = 1, Minor = 3, FileMode = 0b110_000_000 });
        bundle.Start("sleep", "1000");
        Outcome outcome = bundle.Exec("/bin/sh", "-c",
            "stat -c '%n %F %t:%T %a %u:%g' /dev/deep/nought /dev/other /dev/null; head -c 2 /dev/other | wc -c; head -c 2 /dev/deep/nought | wc -c");
        Assert.Equal(
            [
                "/dev/deep/nought character special file 1:5 640 1000:50", "/dev/other character special file 1:5 666 0:0",
                "/dev/null character special file 1:3 600 0:0", "2", "2",
            ],
            outcome.Lines);
        foreach (string device in new[] { "deep/nought", "other", "null", "zero" })
            Assert.Superset(new HashSet<string> { "nosuid", "noexec" }, bundle.Mount($"/dev/{device}").Options.ToHashSet());
        Assert.DoesNotContain(MountLine.Read("/proc/self/mountinfo"), mount => mount.Point == bundle.StateDirectory);
    }

    [RootFact]
    public void An_owner_whom_the_namespace_does_not_have_is_refused()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddUserNamespace();
        SetDevices(bundle, new DeviceSpec { Type = "c", Path = "/dev/nought", Major = 1, Minor = 5, Uid = 70_000 });
        bundle.Process = bundle.Process with { Args = ["true"] };
        Assert.Contains("70000", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    // A user can make none: what he gets is the host's own, found by its number.
    [RootCommandFact("useradd", "setpriv", "newuidmap")]
    public void A_user_gets_the_hosts_device_by_its_number_or_an_error()
    {
        using var user = new TestUser();
        DeviceSpec zero = new() { Type = "c", Path = "/dev/nought", Major = 1, Minor = 5 };
        Outcome outcome = user.RunShell("stat -c '%n %t:%T' /dev/nought", spec => spec with { Linux = spec.Linux! with { Devices = [zero] } });
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal("/dev/nought 1:5\n", outcome.Output);
        // A path of the host that is another device, or none at all, is not what was asked for.
        outcome = user.RunShell("true", spec => spec with { Linux = spec.Linux! with { Devices = [zero with { Path = "/etc/passwd", Minor = 4000 }] } });
        Assert.True(outcome.IsRefused);
        Assert.Contains("'/etc/passwd' (c 1:4000)", outcome.Error, StringComparison.Ordinal);
    }

    private static void SetDevices(TestBundle bundle, params DeviceSpec[] devices) => bundle.Linux = bundle.Linux with { Devices = devices };
}
