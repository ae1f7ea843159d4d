using PSContainer.Tests;

namespace PSContainer.Security.Tests;

/// <summary>C-08: what the host decided about a mount holds for the root of a user namespace, whatever it may do there.</summary>
[Trait("Category", "Container")]
public sealed class MountLockTests
{
    [RootTheory]
    [Trait("Attack", "C-08")]
    [InlineData("open", "rbind")]
    [InlineData("closed", "rbind")]
    [InlineData("open", "rbind,ridmap")]
    [InlineData("closed", "rbind,ridmap")]
    public void A_mount_of_the_host_cannot_be_made_writable_or_uncovered(string directory, string options)
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddUserNamespace();
        string place = bundle.MakeDirectory(directory);
        using var volume = new HostMount(Directory.CreateDirectory(Path.Combine(place, "volume")).FullName);
        string below = Directory.CreateDirectory(Path.Combine(volume.Path, "below")).FullName;
        File.WriteAllText(Path.Combine(below, "covered"), "");
        using var cover = new HostMount(below);
        HostCommand.Run("chmod", "777", volume.Path);
        HostCommand.Run("mount", "-o", "remount,bind,ro,nosuid,nodev,noexec", volume.Path);
        File.SetUnixFileMode(bundle.Bundle, (UnixFileMode)0b111_001_001);
        if (directory == "closed")
            File.SetUnixFileMode(place, (UnixFileMode)0b111_000_000);
        bundle.AddMount("/volume", "bind", volume.Path, options.Split(','));
        bundle.SetCapabilities("CAP_SYS_ADMIN", "CAP_DAC_OVERRIDE");
        bundle.Linux = bundle.Linux with { Seccomp = null };
        Outcome outcome = bundle.RunShell("""
            test -d /volume/below && echo bound
            for option in rw suid dev exec; do mount -o remount,bind,$option /volume 2>/dev/null && echo $option; done
            touch /volume/made 2>/dev/null && echo made
            umount /volume/below 2>/dev/null && echo unmounted
            mkdir /other && mount --bind /volume /other 2>/dev/null && ls /other/below
            """);
        Assert.True(outcome.Error.Length == 0, outcome.Error);
        Assert.Equal(["bound"], outcome.Lines);
        Assert.False(File.Exists(Path.Combine(volume.Path, "made")));
    }
}
