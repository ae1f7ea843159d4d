using PSContainer.Tests;

namespace PSContainer.Security.Tests;

/// <summary>B-04 to B-07: devices and terminals of the image are not what the runtime takes them for.</summary>
[Trait("Category", "Container")]
public sealed class DeviceIdentityTests
{
    private const string CorePattern = "/proc/sys/kernel/core_pattern";

    [RootFact]
    [Trait("Attack", "B-04")]
    [Trait("CVE", "CVE-2025-31133")]
    public void Masking_never_uses_what_the_image_calls_its_null_device()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string pattern = File.ReadAllText(CorePattern), node = bundle.Rootfs + "/dev/null", link = bundle.Rootfs + "/dev/other";
        bundle.RemoveDevMounts();
        bundle.Linux = bundle.Linux with { MaskedPaths = ["/proc/keys"], ReadonlyPaths = [] };
        File.CreateSymbolicLink(node, CorePattern);
        int masked = 0;
        Attempt();
        // And while it is exchanged with the real device.
        HostCommand.Run("mknod", link, "c", "1", "3");
        using (new Swapper(node, link))
            Race.Run(Attempt, _ => masked > 1);
        Assert.True(masked > 0, "no start ever went through");
        Assert.Equal(pattern, File.ReadAllText(CorePattern));

        void Attempt()
        {
            Outcome outcome = bundle.RunShell("stat -c '%t:%T' /proc/keys; cat /proc/keys");
            Assert.True(outcome.IsRefused || outcome.Output == "1:3\n", outcome.Output + outcome.Error);
            masked += outcome.Code == 0 ? 1 : 0;
        }
    }

    [RootFact]
    [Trait("Attack", "B-05")]
    [Trait("CVE", "CVE-2025-52565")]
    public void The_console_is_the_terminal_itself_however_its_path_is_exchanged()
    {
        using var bundle = new TestBundle(ownRoot: true);
        using var canary = new TestDirectory();
        string dev = bundle.MakeDirectory("dev");
        // /dev is a volume that the attacker writes to, and holds a link where the terminals will be mounted.
        Directory.CreateDirectory(dev + "/pts");
        File.CreateSymbolicLink(dev + "/other", "/etc");
        bundle.RemoveDevMounts();
        bundle.AddMount("/dev", "bind", dev, "rbind", "rw");
        bundle.AddMount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620");
        bundle.Process = bundle.Process with { Terminal = true };
        int started = 0;
        using (new Swapper(dev + "/pts", dev + "/other"))
        {
            Race.Run(() =>
            {
                Outcome outcome = bundle.RunShell("stat -f -c %T /dev/console; stat -c '%t' /dev/console; readlink /proc/$$/fd/0");
                if (outcome.IsRefused)
                    return;
                started++;
                string[] lines = outcome.Output.Split(["\r\n", "\n"], StringSplitOptions.RemoveEmptyEntries);
                Assert.True(lines is ["devpts" or "UNKNOWN", "88", ..], outcome.Output);
            }, _ => started > 0);
        }
        Assert.True(started > 0, "no start ever went through");
        Assert.False(Path.Exists(bundle.Rootfs + "/etc/ptmx") || Path.Exists("/etc/ptmx"), "a link was followed");
    }

    [RootTheory]
    [Trait("Attack", "B-06")]
    [Trait("CVE", "CVE-2026-41579")]
    [Trait("CVE", "CVE-2026-47766")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_dev_that_is_a_link_out_makes_and_removes_nothing_on_the_host(bool isAbsolute)
    {
        using var bundle = new TestBundle(ownRoot: true);
        using var canary = new TestDirectory();
        File.WriteAllText(canary.CanaryDirectory + "/ptmx", "to be removed");
        string target = isAbsolute ? canary.CanaryDirectory : "../../../../../../../.." + canary.CanaryDirectory;
        Directory.Delete(bundle.Rootfs + "/dev");
        File.CreateSymbolicLink(bundle.Rootfs + "/dev", target);
        bundle.RemoveDevMounts();
        bundle.RunShell("true");
        Assert.Equal("to be removed", File.ReadAllText(canary.CanaryDirectory + "/ptmx"));
        Assert.Equal(2, Directory.GetFileSystemEntries(canary.CanaryDirectory).Length);
    }

    [RootFact]
    [Trait("Attack", "B-07")]
    [Trait("CVE", "CVE-2026-88264")]
    [Trait("CVE", "CVE-2026-88265")]
    public void Without_a_dev_mount_no_link_is_followed_for_the_console_or_the_standard_streams()
    {
        using var bundle = new TestBundle(ownRoot: true);
        using var canary = new TestDirectory();
        bundle.RemoveDevMounts();
        File.CreateSymbolicLink(bundle.Rootfs + "/dev/console", canary.Canary);
        foreach (bool hasTerminal in new[] { false, true })
        {
            bundle.Process = bundle.Process with { Terminal = hasTerminal };
            bundle.RunShell("true");
            canary.AssertCanaryUntouched();
        }
        File.CreateSymbolicLink(bundle.Rootfs + "/dev/null-link", canary.Canary);
        File.Delete(bundle.Rootfs + "/dev/null");
        File.CreateSymbolicLink(bundle.Rootfs + "/dev/null", canary.Canary);
        bundle.Process = bundle.Process with { Terminal = false, User = new Spec.UserSpec { Uid = 1000, Gid = 1000 } };
        bundle.RunShell("true");
        canary.AssertCanaryUntouched();
    }
}
