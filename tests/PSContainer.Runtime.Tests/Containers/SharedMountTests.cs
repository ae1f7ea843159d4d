using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

/// <summary>A configuration without a mount namespace: the container is in the runtime's own (config-linux.md, "Namespaces").</summary>
[Trait("Category", "Container")]
public sealed class SharedMountTests
{
    [RootFact]
    public void The_container_has_its_root_and_the_hosts_mounts_are_in_the_end_as_they_were()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string[] before = Mounts(bundle);
        Share(bundle);
        bundle.Spec = bundle.Spec with { Root = bundle.Spec.Root! with { Readonly = true } };
        bundle.AddMount("/srv", "tmpfs", "tmpfs", "nosuid");
        bundle.Start("sleep", "1000");
        Assert.Equal(bundle.NamespaceOf("mnt", "self"), bundle.NamespaceOf("mnt"));
        Assert.Equal(bundle.Rootfs, new FileInfo($"/proc/{bundle.Pid}/root").LinkTarget);
        // Whoever enters is in the same root, and not in the host's.
        Outcome inside = bundle.Exec("/bin/sh", "-c", "cd /; ls -A; touch /srv/made && echo made; touch /x 2>&1 | grep -o 'Read-only'");
        Assert.Equal(
            [.. Directory.GetFileSystemEntries(bundle.Rootfs).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal), "made", "Read-only"],
            [.. inside.Lines.Take(inside.Lines.Length - 2).Order(StringComparer.Ordinal), .. inside.Lines.TakeLast(2)]);
        Assert.All(Mounts(bundle).Except(before), static line => Assert.DoesNotContain(" shared:", line, StringComparison.Ordinal));
        TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
        Assert.Equal(before, Mounts(bundle));
        Assert.False(File.Exists(Path.Combine(bundle.Rootfs, "srv/made")));
    }

    [RootFact]
    public void A_start_that_fails_leaves_no_mount()
    {
        using var bundle = new TestBundle(ownRoot: true);
        // One that was there already stays.
        using var own = new HostMount(bundle.Rootfs);
        HostCommand.Run("mkdir", "-p", $"{bundle.Rootfs}/proc", $"{bundle.Rootfs}/dev");
        string[] before = Mounts(bundle);
        Share(bundle);
        bundle.Process = bundle.Process with { Args = ["/nothing/there"] };
        bundle.Refuse();
        Assert.Equal(before, Mounts(bundle));
    }

    [RootFact]
    public void Walls_that_the_host_could_climb_are_refused()
    {
        foreach (Action<TestBundle> change in (Action<TestBundle>[])
        [
            static bundle => bundle.Linux = bundle.Linux with { MaskedPaths = ["/etc"] },
            static bundle => bundle.Linux = bundle.Linux with { ReadonlyPaths = ["/etc"] },
            static bundle => bundle.Linux = bundle.Linux with { RootfsPropagation = "shared" },
        ])
        {
            using var bundle = new TestBundle(ownRoot: true);
            Share(bundle);
            change(bundle);
            bundle.Process = bundle.Process with { Args = ["true"] };
            Assert.Contains("no mount namespace", bundle.Refuse().Error, StringComparison.Ordinal);
        }
    }

    private static string[] Mounts(TestBundle bundle) =>
        [.. File.ReadAllLines("/proc/self/mountinfo").Where(line => line.Contains(bundle.Rootfs, StringComparison.Ordinal))];

    private static void Share(TestBundle bundle)
    {
        bundle.SetNamespaces("pid", "ipc", "uts", "network", "cgroup");
        bundle.Linux = bundle.Linux with { MaskedPaths = null, ReadonlyPaths = null, RootfsPropagation = null };
    }
}
