using System.Globalization;
using PSContainer.Containers;
using PSContainer.Containers.Options;
using PSContainer.Tests;

namespace PSContainer.Security.Tests;

/// <summary>B-32 and B-33: nobody else reaches a monitor, or what is kept of a container.</summary>
[Trait("Category", "Container")]
public sealed class MonitorExposureTests
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    [RootFact]
    [Trait("Attack", "B-32")]
    [Trait("CVE", "CVE-2020-15257")]
    public void CVE_2020_15257_a_container_on_the_hosts_network_finds_no_socket_of_ours()
    {
        using var fixture = new EngineFixture();
        Container waiting = fixture.Start("sleep 1000", static options => options with { Tty = true, Interactive = true });
        Container looking = fixture.Start("cat /proc/net/unix; id -u", static options => options with { Network = NetworkMode.Host });
        string[] sockets = EngineFixture.Output(looking).Split('\n');
        Assert.Contains(sockets, static line => line.Contains("RefCount", StringComparison.Ordinal));
        Assert.DoesNotContain(sockets, static line => line.Contains("@", StringComparison.Ordinal)
            && (line.Contains("pscontainer", StringComparison.OrdinalIgnoreCase) || line.Contains("psc-", StringComparison.Ordinal)));
        // A socket by path is as well guarded as the directory that it is in.
        Assert.Equal((UnixFileMode)0, File.GetUnixFileMode(waiting.StateDirectory) & Others);
    }

    [RootCommandTheory("setpriv")]
    [Trait("Attack", "B-33")]
    [Trait("CVE", "CVE-2024-25621")]
    [InlineData("000")]
    [InlineData("077")]
    public void CVE_2024_25621_nobody_else_reads_or_enters_the_state(string umask)
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
        bundle.Write();
        HostCommand.Run("/bin/sh", "-c",
            $"umask {umask}; exec {TestRepository.Executable} --root {bundle.StateRoot} run --detach -b {bundle.Bundle} {bundle.Id} </dev/null >/dev/null 2>&1");
        foreach (string path in Directory.GetFileSystemEntries(bundle.StateRoot, "*", SearchOption.AllDirectories).Append(bundle.StateRoot))
        {
            // A link has no mode of its own, and what it leads to is looked at as itself.
            if (File.GetAttributes(path).HasFlag(FileAttributes.ReparsePoint))
                continue;
            UnixFileMode mode = File.GetUnixFileMode(path);
            Assert.True((mode & Others) == 0, $"{path}: {Convert.ToString((int)mode, 8)}");
        }
        File.SetUnixFileMode(bundle.Bundle, (UnixFileMode)0b111_101_101);
        Outcome other = HostCommand.Try("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "cat", bundle.StateDirectory + "/config.json");
        Assert.NotEqual(0, other.Code);
        Assert.Equal("", other.Output);
    }

    [RootFact]
    [Trait("Attack", "B-33")]
    [Trait("CVE", "CVE-2021-41103")]
    public void CVE_2021_41103_nobody_else_enters_the_layers_of_an_overlay()
    {
        using var bundle = new TestBundle { IsOwnBundle = true };
        string data = bundle.MakeDirectory("layers");
        bundle.Annotate(Spec.Annotation.OverlayLower, $"[\"{bundle.Rootfs}\"]");
        bundle.Start("/bin/sh", "-c", "cp /bin/busybox /tmp/gain; chmod 4755 /tmp/gain; exec sleep 1000");
        TestBundle.Eventually(() => bundle.Exec("test", "-u", "/tmp/gain").Code == 0, "a set-user-id file");
        // What the container wrote is in memory of its own mount namespace: no path of the host leads there.
        Assert.Empty(Directory.GetFileSystemEntries(data));
        string init = bundle.Pid.ToString(CultureInfo.InvariantCulture);
        Outcome other = HostCommand.Try("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "ls", $"/proc/{init}/root/tmp");
        Assert.NotEqual(0, other.Code);
    }
}
