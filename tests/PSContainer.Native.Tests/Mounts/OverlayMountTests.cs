using System.Diagnostics;
using PSContainer.Containers;
using PSContainer.Containers.Options;
using PSContainer.FileSystems;
using PSContainer.Kernel;
using PSContainer.Mounts;
using PSContainer.Overlays;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Mounts;

/// <summary>Mounting and dismounting overlays on the real kernel.</summary>
public sealed class OverlayMountTests : IDisposable
{
    private const string Hostile = "a:b,c d\\e'f\"g\nh=i";
    private readonly OverlayFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [RootTheory]
    [InlineData("Descriptor")]
    [InlineData("Text")]
    [InlineData("Legacy")]
    public void Paths_may_hold_whatever_a_path_can(string form)
    {
        string top = fixture.MakeTree($"lower 1 {Hostile}", "top"), bottom = fixture.MakeTree($"lower 2 {Hostile}", "bottom");
        OverlayRequest request = new()
        {
            Lower = [top, bottom], Upper = fixture[$"upper {Hostile}"], Work = fixture[$"work {Hostile}"], Path =
                fixture[$"merged {Hostile}"],
        };

        Overlay overlay = fixture.Overlays.Prepare(request, Enum.Parse<OverlayForm>(form)).Run();

        Assert.Equal([top, bottom], overlay.Lower);
        Assert.Equal((request.Upper, request.Work, request.Path), (overlay.Upper, overlay.Work, overlay.Path));
        Assert.Equal(["bottom", "top"], Directory.GetFiles(overlay.Path).Select(Path.GetFileName).Order());
        File.Delete(Path.Combine(overlay.Path, "bottom"));
        Assert.Equal(["D /bottom"], OverlayFixture.Changes(overlay));
        fixture.Overlays.Dismount(overlay, removeUpper: true);
        Assert.False(Directory.Exists(request.Upper) || Directory.Exists(request.Work));
        Assert.Empty(fixture.Mounted());
    }

    [RootTheory]
    [InlineData("Descriptor", true)]
    [InlineData("Text", false)]
    public void Paths_may_be_longer_than_the_kernel_takes_as_one_text(string form, bool manyToo)
    {
        string deep = string.Join('/', Enumerable.Repeat(new string('x', 200), 3));
        string[] lowers = [.. Enumerable.Range(0, manyToo ? 20 : 2).Select(i => fixture.MakeTree($"{i}/{deep}", $"file{i}"))];
        OverlayRequest request = new() { Lower = lowers, Upper = fixture["upper"], Path = fixture["merged"] };

        Overlay overlay = fixture.Overlays.Prepare(request, Enum.Parse<OverlayForm>(form)).Run();

        Assert.Equal(lowers, overlay.Lower);
        Assert.Equal(lowers.Length, Directory.GetFiles(overlay.Path).Length);
    }

    [RootFact]
    public void The_kernel_takes_500_lower_directories_and_we_refuse_501()
    {
        string[] lowers = [.. Enumerable.Range(0, OverlayChecks.MaxLowers + 1).Select(i => fixture.MakeTree($"lower{i}",
            $"file{i}"))];
        Overlay overlay = fixture.Overlays.Mount(new() { Lower = lowers[1..], Upper = fixture["upper"] });
        Assert.Equal(OverlayChecks.MaxLowers, Directory.GetFiles(overlay.Path).Length);

        InvalidMountException refused = Assert.Throws<InvalidMountException>(
            () => fixture.Overlays.Mount(new() { Lower = lowers, Upper = fixture["other"] }));

        Assert.Contains("501", refused.Message);
        Assert.Contains("Merge-Overlay", refused.Recommendation);
        Assert.False(Directory.Exists(fixture["other"]));
    }

    [RootFact]
    public void A_new_upper_directory_looks_like_the_lower_one_it_covers()
    {
        string lower = fixture.MakeTree("lower", "file");
        File.SetUnixFileMode(lower, (UnixFileMode)0b111_000_001);
        Files.fchownat(Files.AT_FDCWD, System.Text.Encoding.UTF8.GetBytes(lower + "\0"), 12, 34, 0);

        Overlay overlay = fixture.Overlays.Mount(new() { Lower = [lower], Upper = fixture["upper"] });

        Files.statx_data root = TestDirectory.Status(overlay.Path);
        Assert.Equal((0x4000 | 0b111_000_001, 12u, 34u), (root.stx_mode, root.stx_uid, root.stx_gid));
    }

    [RootFact]
    public void One_lower_directory_alone_can_be_mounted_read_only()
    {
        string lower = fixture.MakeTree("lower", "file");

        Overlay overlay = fixture.Overlays.Mount(new() { Lower = [lower], ReadOnly = true });

        Assert.True(overlay.IsReadOnly);
        Assert.Equal([lower], overlay.Lower);
        Assert.Throws<IOException>(() => File.WriteAllText(Path.Combine(overlay.Path, "new"), ""));
        Assert.Equal("file", File.ReadAllText(Path.Combine(overlay.Path, "file")));
        fixture.Overlays.Dismount(overlay);
        Assert.Empty(fixture.Places());
    }

    [RootFact]
    public void Options_reach_the_kernel()
    {
        OverlayRequest request = new()
        {
            Lower = [fixture.MakeTree("lower", "file")], Upper = fixture["upper"], Volatile = true, Metacopy = true, Index = true,
            RedirectDir = "on", Options = ["nfs_export=off"],
        };

        Overlay overlay = fixture.Overlays.Mount(request);

        Assert.Superset(new HashSet<string>(["metacopy=on", "index=on", "redirect_dir=on"]), overlay.Options.ToHashSet());
        Assert.True(overlay.IsVolatile);
        Assert.Equal("trusted.overlay.", overlay.AttributePrefix);
    }

    [RootFact]
    public void A_volatile_upper_directory_can_be_used_again_once_it_was_dismounted_and_not_after_a_crash()
    {
        OverlayRequest request = new() { Lower = [fixture.MakeTree("lower", "file")], Upper = fixture["upper"], Volatile = true };
        fixture.Overlays.Dismount(fixture.Overlays.Mount(request));
        Overlay again = fixture.Overlays.Mount(request);

        // As if the host had crashed: nobody synced.
        Syscall.Check(MountCalls.umount2(again.Path, 0), "umount2");

        ContainerException refused = Assert.Throws<InvalidMountException>(() => fixture.Overlays.Mount(request));
        Assert.Contains("-Volatile", refused.Message);
    }

    [RootFact]
    public void User_attributes_hold_what_trusted_ones_do()
    {
        string lower = fixture.MakeTree("lower", "d/old");
        Overlay overlay = fixture.Overlays.Mount(new() { Lower = [lower], Upper = fixture["upper"], UserXattr = true });
        Directory.Delete(Path.Combine(overlay.Path, "d"), recursive: true);
        Directory.CreateDirectory(Path.Combine(overlay.Path, "d"));

        Assert.True(overlay.IsUserXattr);
        Assert.Equal(["O /d"], OverlayFixture.Changes(overlay));
    }

    [RootFact]
    public void A_filesystem_without_attributes_cannot_hold_the_upper_directory()
    {
        string memory = fixture.MakeDirectory("ramfs");
        MountEngine.Mount(new() { Type = "ramfs", Path = memory });

        var refused = Assert.Throws<OverlayUnsupportedException>(
            () => fixture.Overlays.Mount(new() { Lower = [fixture.MakeTree("lower", "file")], Upper = Path.Combine(memory,
                "upper") }));

        Assert.Contains("trusted.overlay.opaque", refused.Message);
        Assert.Equal(Errno.EOPNOTSUPP, refused.Errno);
        Assert.Empty(Directory.GetFileSystemEntries(memory));
        Assert.Empty(fixture.Places());
    }

    [RootFact]
    public void An_upper_directory_on_an_overlay_is_refused()
    {
        Overlay below = fixture.Overlays.Mount(new() { Lower = [fixture.MakeTree("lower", "file")], Upper = fixture["upper"] });

        var refused = Assert.Throws<OverlayUnsupportedException>(
            () => fixture.Overlays.Mount(new() { Lower = [fixture.MakeTree("lower2", "file")], Upper = Path.Combine(below.Path,
                "upper") }));

        Assert.Contains("lies on an overlay", refused.Message);
    }

    [RootFact]
    public void An_overlay_can_be_a_layer_once_and_not_twice()
    {
        Overlay first = fixture.Overlays.Mount(new() { Lower = [fixture.MakeTree("lower", "file")], Upper = fixture["upper"] });
        Overlay second = fixture.Overlays.Mount(new() { Lower = [first.Path], Upper = fixture["upper2"] });
        Assert.True(File.Exists(Path.Combine(second.Path, "file")));

        ContainerException refused = Assert.Throws<InvalidMountException>(
            () => fixture.Overlays.Mount(new() { Lower = [second.Path], Upper = fixture["upper3"] }));

        Assert.Contains("an overlay of an overlay", refused.Message);
        Assert.False(Directory.Exists(fixture["upper3"]));
    }

    [RootFact]
    public void Layers_that_lie_in_each_other_are_refused_before_anything_is_made()
    {
        string lower = fixture.MakeTree("lower", "sub/file"), upper = fixture.MakeDirectory("upper");
        Refuse(new() { Lower = [lower], Upper = lower }, "are the same");
        Refuse(new() { Lower = [lower], Upper = Path.Combine(lower, "sub") }, "lies in the lower directory");
        Refuse(new() { Lower = [lower], Upper = Path.Combine(lower, "new") }, "lies in the lower directory");
        Refuse(new() { Lower = [Path.Combine(lower, "sub")], Upper = lower }, "lies in the upper directory");
        Refuse(new() { Lower = [lower, lower + "/sub/.."], Upper = upper }, "are the same");
        Refuse(new() { Lower = [lower], Upper = upper, Work = Path.Combine(upper, "work") }, "lies in the upper directory");
        Refuse(new() { Lower = [lower], Upper = upper, Work = "/dev/shm/psc-test-work" }, "not on the same mount");
        string link = fixture["link"];
        File.CreateSymbolicLink(link, lower);
        Refuse(new() { Lower = [lower, link], Upper = upper }, "are the same");
        Assert.Empty(fixture.Mounted());
        Assert.Empty(fixture.Places());
        Assert.False(Directory.Exists(fixture["upper.work"]) || Directory.Exists("/dev/shm/psc-test-work"));

        void Refuse(OverlayRequest request, string because) =>
            Assert.Contains(because, Assert.Throws<InvalidMountException>(() => fixture.Overlays.Mount(request)).Message);
    }

    [RootFact]
    public void Two_overlays_cannot_have_one_upper_directory()
    {
        string lower = fixture.MakeTree("lower", "file");
        Overlay first = fixture.Overlays.Mount(new() { Lower = [lower], Upper = fixture["upper"] });

        var refused = Assert.Throws<MountBusyException>(() => fixture.Overlays.Mount(new() { Lower = [lower], Upper =
            fixture["upper"] }));

        Assert.Contains(first.Path, refused.Message);
        Assert.Single(fixture.Places());
    }

    [RootCommandFact("unshare")]
    public void Not_even_in_another_mount_namespace()
    {
        string lower = fixture.MakeTree("lower", "file"), upper = fixture.MakeDirectory("upper"), work = fixture.MakeDirectory(
            "work");
        string place = fixture.MakeDirectory("place");
        using Process other = Process.Start(new ProcessStartInfo("unshare", ["-m", "sh", "-c",
            $"mount -t overlay o -o lowerdir={lower},upperdir={upper},workdir={work} {place} && echo ready && read x"])
        { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        try
        {
            Assert.Equal("ready", other.StandardOutput.ReadLine());
            var refused = Assert.Throws<MountBusyException>(() => fixture.Overlays.Mount(new() { Lower = [lower], Upper =
                upper }));
            Assert.Contains("mount namespace of process", refused.Message);
        }
        finally
        {
            other.StandardInput.Close();
            other.WaitForExit();
        }
    }

    [RootFact]
    public void What_the_kernel_refuses_leaves_nothing()
    {
        OverlayRequest request = new() { Lower = [fixture.MakeTree("lower", "file")], Upper = fixture["upper"], Path =
            fixture["merged"], Options = ["frob=1"] };

        var refused = Assert.Throws<OverlayUnsupportedException>(() => fixture.Overlays.Mount(request));

        Assert.Contains("frob", refused.Message);
        Assert.False(Directory.Exists(fixture["upper"]) || Directory.Exists(fixture["upper.work"])
            || Directory.Exists(fixture["merged"]));
        Assert.Empty(fixture.Mounted());
        Assert.Empty(fixture.Places());
    }

    [RootFact]
    public void What_is_asked_in_contradiction_is_refused()
    {
        string lower = fixture.MakeTree("lower", "file");
        Refuse(new() { Lower = [lower] }, "Nothing says where");
        Refuse(new() { Lower = [] , Ephemeral = true }, "needs a lower directory");
        Refuse(new() { Lower = [lower], Ephemeral = true, Upper = fixture["upper"] }, "Ephemeral");
        Refuse(new() { Lower = [lower], ReadOnly = true, Work = fixture["work"] }, "work directory needs an upper one");
        Refuse(new() { Lower = [lower], ReadOnly = true, Volatile = true }, "this overlay can have none");
        Refuse(new() { Lower = [lower], Ephemeral = true, UserXattr = true, Metacopy = true }, "-UserXattr");
        Refuse(new() { Lower = [lower], Ephemeral = true, RedirectDir = "off", Metacopy = true }, "needs redirects");
        Refuse(new() { Lower = [lower], Ephemeral = true, RedirectDir = "sideways" }, "sideways");
        Refuse(new() { Lower = [lower], Ephemeral = true, Options = ["upperdir=/x"] }, "upperdir");
        Assert.Throws<RootfsNotFoundException>(() => fixture.Overlays.Mount(new() { Lower = [fixture["none"]], Ephemeral =
            true }));
        Assert.Throws<RootfsNotFoundException>(() => fixture.Overlays.Mount(new() { Lower = [Path.Combine(lower, "file")],
            Ephemeral = true }));
        Assert.Throws<InvalidSpecException>(() => fixture.Overlays.Mount(new() { Lower = [lower], Upper = "/tmp/a\0b" }));
        Assert.Empty(fixture.Places());

        void Refuse(OverlayRequest request, string because) =>
            Assert.Contains(because, Assert.Throws<InvalidMountException>(() => fixture.Overlays.Mount(request)).Message);
    }

    [RootFact]
    public void Who_keeps_an_overlay_is_named()
    {
        Overlay overlay = fixture.Overlays.Mount(new() { Lower = [fixture.MakeTree("lower", "file")], Upper = fixture["upper"] });
        string mounted = Directory.CreateDirectory(Path.Combine(overlay.Path, "mnt")).FullName;
        MountEngine.Mount(new() { Type = "tmpfs", Path = mounted });
        using Process sleeper = Process.Start(new ProcessStartInfo("sleep", "60") { WorkingDirectory = overlay.Path })!;
        try
        {
            var busy = Assert.Throws<MountBusyException>(() => fixture.Overlays.Dismount(overlay));

            Assert.Contains(busy.Holders, holder => holder.ProcessId == sleeper.Id && holder.Use == "working directory");
            Assert.Contains(busy.Holders, holder => holder.ProcessId == 0 && holder.Name == mounted);
            Assert.Contains($"process {sleeper.Id} (sleep)", busy.Message);
            Assert.True(overlay.IsMounted);
        }
        finally
        {
            sleeper.Kill();
            sleeper.WaitForExit();
        }
        fixture.Overlays.Dismount(overlay, lazy: true);
        Assert.False(overlay.IsMounted);
        Assert.True(Directory.Exists(fixture["upper"]));
    }

    [RootCommandFact("unshare")]
    public void The_upper_directory_stays_while_another_namespace_has_the_overlay()
    {
        Overlay overlay = fixture.Overlays.Mount(new() { Lower = [fixture.MakeTree("lower", "file")], Upper = fixture["upper"] });
        using Process other = Process.Start(new ProcessStartInfo("unshare", ["-m", "sh", "-c", "echo ready; read x"])
        { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        try
        {
            Assert.Equal("ready", other.StandardOutput.ReadLine());
            Assert.Contains("other mount namespaces", Assert.Throws<MountBusyException>(() => fixture.Overlays.Dismount(overlay,
                removeUpper: true)).Message);
            Assert.Throws<MountBusyException>(() => fixture.Overlays.PrepareReset(overlay));
            Assert.True(overlay.IsMounted);
        }
        finally
        {
            other.StandardInput.Close();
            other.WaitForExit();
        }
    }

    [RootCommandFact("unshare")]
    public async Task Another_namespace_that_has_it_for_a_moment_is_waited_for()
    {
        Overlay overlay = fixture.Overlays.Mount(new() { Lower = [fixture.MakeTree("lower", "file")], Upper = fixture["upper"] });
        using Process other = Process.Start(new ProcessStartInfo("unshare", ["-m", "sh", "-c", "echo ready; read x"])
        { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Assert.Equal("ready", other.StandardOutput.ReadLine());
        Task dismount = Task.Run(() => fixture.Overlays.Dismount(overlay, removeUpper: true));
        await Task.Delay(100);
        other.StandardInput.Close();
        other.WaitForExit();
        await dismount;
        Assert.False(Directory.Exists(fixture["upper"]));
    }

    [RootFact]
    public void An_ephemeral_overlay_keeps_nothing()
    {
        Overlay overlay = fixture.Overlays.Mount(new() { Lower = [fixture.MakeTree("lower", "file")], Ephemeral = true });
        File.WriteAllText(Path.Combine(overlay.Path, "new"), "");

        Assert.True(overlay.IsEphemeral);
        Assert.Equal(Environment.ProcessId, overlay.OwnerProcessId);
        Assert.True(File.Exists(Path.Combine(overlay.Upper!, "new")));
        Assert.Equal(0, OverlaySweep.Run(fixture.Engine.Store));
        fixture.Overlays.Dismount(overlay);
        Assert.Empty(fixture.Mounted());
        Assert.Empty(fixture.Places());
    }

    [RootFact]
    public void An_ephemeral_overlay_can_be_mounted_where_one_likes()
    {
        Overlay overlay = fixture.Overlays.Mount(new() { Lower = [fixture.MakeTree("lower", "file")], Ephemeral = true, Path =
            fixture["merged"] });

        Assert.Equal(fixture["merged"], overlay.Path);
        Assert.True(overlay.IsEphemeral);
        fixture.Overlays.Dismount(overlay);
        Assert.Empty(fixture.Mounted());
        Assert.Empty(fixture.Places());
    }

    [RootFact]
    public void A_sweep_removes_what_a_dead_session_left_and_no_container_has()
    {
        Overlay first = fixture.Overlays.Mount(new() { Lower = [PSContainer.Tests.TestRepository.BusyboxRootfs], Ephemeral =
            true });
        Overlay second = fixture.Overlays.Mount(new() { Lower = [fixture.MakeTree("lower", "file")], Ephemeral = true, Path =
            fixture["merged"] });
        Container container = fixture.Engine.Create(new() { Rootfs = RootfsSource.Directory(first.Path), Command = ["true"] });
        foreach (string id in fixture.Places())
            File.WriteAllText(fixture[$"state/.overlays/{id}/owner"], $"{Environment.ProcessId} 1");

        Assert.Equal(1, OverlaySweep.Run(fixture.Engine.Store));

        Assert.False(second.IsMounted);
        Assert.True(first.IsMounted);
        Assert.Equal([container.Name], first.Containers);
        container.Remove(force: true);
        Assert.False(first.IsMounted);
        Assert.Empty(fixture.Places());
        Assert.Empty(fixture.Mounted());
    }

    [RootFact]
    public void Reset_brings_the_lower_directories_back()
    {
        string lower = fixture.MakeTree("lower", "a=1", "d/b=2");
        Overlay overlay = fixture.Overlays.Mount(new() { Lower = [lower], Upper = fixture["upper"], Path = fixture["merged"],
            Volatile = true });
        string[] before = OverlayFixture.Describe(overlay.Path);
        File.Delete(Path.Combine(overlay.Path, "a"));
        File.WriteAllText(Path.Combine(overlay.Path, "c"), "3");

        fixture.Overlays.PrepareReset(overlay).Run();

        Assert.True(overlay.IsMounted);
        Assert.True(overlay.IsVolatile);
        Assert.Equal(before, OverlayFixture.Describe(overlay.Path));
        Assert.Empty(OverlayFixture.Changes(overlay));
    }
}
