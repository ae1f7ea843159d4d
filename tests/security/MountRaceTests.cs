using PSContainer.Tests;

namespace PSContainer.Security.Tests;

/// <summary>B-08 and B-09: a volume's other user exchanges a mount point for a link while the runtime works on it.</summary>
[Trait("Category", "Container")]
public sealed class MountRaceTests
{
    [RootTheory]
    [Trait("Attack", "B-08")]
    [Trait("Attack", "B-09")]
    [Trait("CVE", "CVE-2021-30465")]
    [Trait("CVE", "CVE-2024-45310")]
    [InlineData("/")]
    [InlineData("../../../../../../..")]
    [InlineData("/proc/self/cwd")]
    public void No_mount_and_no_directory_appears_outside_the_root(string target)
    {
        using var bundle = new TestBundle(ownRoot: true);
        string volume = bundle.MakeDirectory("volume"), name = $"psc-race-{Guid.NewGuid():N}";
        Directory.CreateDirectory(volume + "/x");
        File.CreateSymbolicLink(volume + "/link", target);
        bundle.AddMount("/volume", "bind", volume, "rbind", "rw");
        bundle.AddMount($"/volume/x/{name}/made", "tmpfs", name, "rw");
        bundle.AddMount($"/volume/x/{name}-file", "bind", "/etc/hostname", "bind", "ro");
        string host = HostMounts();
        int started = 0;
        using (new Swapper(volume + "/x", volume + "/link"))
        {
            Race.Run(() =>
            {
                Outcome outcome = bundle.RunCommand("cat", "/proc/self/mountinfo");
                started += outcome.Code == 0 ? 1 : 0;
                // The container's own root may be covered, as its own links say; never anything of the host.
                Assert.DoesNotContain(name, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
                Assert.False(Path.Exists($"/{name}") || Path.Exists($"/{name}-file"), "something was made on the host");
            }, _ => started > 0);
        }
        Assert.True(started > 0, "no start ever went through");
        Assert.Equal(host, HostMounts());
    }

    [RootFact]
    [Trait("Attack", "B-08")]
    [Trait("CVE", "CVE-2021-30465")]
    public void A_mount_point_that_is_a_link_leads_inside()
    {
        using var bundle = new TestBundle(ownRoot: true);
        using var canary = new TestDirectory();
        Directory.CreateDirectory(bundle.Rootfs + canary.CanaryDirectory);
        File.CreateSymbolicLink(bundle.Rootfs + "/link", canary.CanaryDirectory);
        bundle.AddMount("/link/below", "tmpfs", "tmpfs", "rw");
        bundle.RunShell("touch /link/below/new");
        canary.AssertCanaryUntouched();
        Assert.DoesNotContain(canary.CanaryDirectory, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
    }

    // Others mount things meanwhile: only what has this test's directories in it counts.
    private static string HostMounts() =>
        string.Join('\n', File.ReadLines("/proc/self/mountinfo").Where(static line => line.Contains("psc-race-", StringComparison.Ordinal)));
}
