using System.Text;
using PSContainer.FileSystems;
using PSContainer.Kernel;
using PSContainer.Overlays;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Mounts;

/// <summary>Overlays made into directories.</summary>
public sealed class OverlayMergeTests : IDisposable
{
    private readonly OverlayFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    private DirectoryInfo Merge(Overlay overlay, string name, OverlayMergeForm form = OverlayMergeForm.Rootfs, bool overwrite =
        false) =>
        fixture.Overlays.PrepareMerge(overlay, fixture[name], form, overwrite, warning => Assert.Fail(warning), default).Run();

    private Overlay Mount(OverlayRequest request) => fixture.Overlays.Mount(request with { Upper =
        request.Upper ?? fixture["upper"] });

    [RootFact]
    public void A_merged_overlay_is_what_it_showed()
    {
        string lower = fixture.MakeTree("lower", "kept", "deleted", "changed=1", "opaque/old");
        Overlay overlay = Mount(new() { Lower = [lower] });
        File.Delete(Path.Combine(overlay.Path, "deleted"));
        File.AppendAllText(Path.Combine(overlay.Path, "changed"), "2");
        Directory.Delete(Path.Combine(overlay.Path, "opaque"), recursive: true);
        Directory.CreateDirectory(Path.Combine(overlay.Path, "opaque"));
        File.CreateSymbolicLink(Path.Combine(overlay.Path, "link"), "nowhere");
        string tool = Path.Combine(overlay.Path, "tool");
        File.WriteAllText(tool, "tool");
        Files.fchownat(Files.AT_FDCWD, Bytes(tool), 1000, 1000, 0);
        File.SetUnixFileMode(tool, UnixFileMode.SetUser | (UnixFileMode)0b111_101_101);
        Files.mknodat(Files.AT_FDCWD, Path.Combine(overlay.Path, "null"), Files.S_IFCHR | 0x1b6, Files.makedev(1, 3));
        Files.mknodat(Files.AT_FDCWD, Path.Combine(overlay.Path, "pipe"), Files.S_IFIFO | 0x180, 0);
        File.SetLastWriteTimeUtc(Path.Combine(overlay.Path, "changed"), new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc));

        string merged = Merge(overlay, "merged").FullName;

        Assert.Equal(OverlayFixture.Describe(overlay.Path), OverlayFixture.Describe(merged));
        Assert.Equal(2020, File.GetLastWriteTimeUtc(Path.Combine(merged, "changed")).Year);
        Assert.DoesNotContain(Directory.GetFileSystemEntries(fixture["."]), path => path.EndsWith(".partial",
            StringComparison.Ordinal));
    }

    [RootFact]
    public void Attributes_and_hard_links_come_along()
    {
        Overlay overlay = Mount(new() { Lower = [fixture.MakeTree("lower", "file")] });
        string program = Path.Combine(overlay.Path, "program"), other = Path.Combine(overlay.Path, "d");
        File.WriteAllText(program, "x");
        Directory.CreateDirectory(other);
        // CAP_NET_RAW, permitted and effective: struct vfs_cap_data of version 2.
        byte[] capability = [1, 0, 0, 2, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        Syscall.Check(Files.lsetxattr(Bytes(program), "security.capability\0"u8, capability), "lsetxattr");
        Syscall.Check(Files.lsetxattr(Bytes(other), "user.note\0"u8, "hello"u8), "lsetxattr");
        Syscall.Check(Files.linkat(Files.AT_FDCWD, Bytes(program), Files.AT_FDCWD, Bytes(Path.Combine(other, "again"))),
            "linkat");

        string merged = Merge(overlay, "merged").FullName;

        byte[] value = new byte[64];
        Assert.Equal(20, Files.lgetxattr(Bytes(Path.Combine(merged, "program")), "security.capability\0"u8, value));
        Assert.Equal(capability, value[..20]);
        Assert.Equal(5, Files.lgetxattr(Bytes(Path.Combine(merged, "d")), "user.note\0"u8, value));
        Assert.Equal(
            TestDirectory.Status(Path.Combine(merged, "program")).stx_ino, TestDirectory.Status(Path.Combine(merged,
                "d/again")).stx_ino);
    }

    [RootFact]
    public void A_layer_of_the_changes_over_the_same_lower_directories_shows_the_same()
    {
        string lower = fixture.MakeTree("lower", "kept", "deleted", "owner=content", "opaque/old", "renamed/x=1");
        Overlay overlay = Mount(new() { Lower = [lower], Metacopy = true, RedirectDir = "on" });
        File.Delete(Path.Combine(overlay.Path, "deleted"));
        File.SetUnixFileMode(Path.Combine(overlay.Path, "owner"), (UnixFileMode)0b100_000_000);
        Directory.Delete(Path.Combine(overlay.Path, "opaque"), recursive: true);
        Directory.CreateDirectory(Path.Combine(overlay.Path, "opaque"));
        Directory.Move(Path.Combine(overlay.Path, "renamed"), Path.Combine(overlay.Path, "moved"));

        string layer = Merge(overlay, "layer", OverlayMergeForm.Layer).FullName;

        string[] shown = OverlayFixture.Describe(overlay.Path);
        Overlay again = fixture.Overlays.Mount(new() { Lower = [layer, lower], ReadOnly = true, RedirectDir = "follow" });
        Assert.Equal(shown, OverlayFixture.Describe(again.Path));
        Assert.False(File.Exists(Path.Combine(layer, "kept")));
    }

    [RootFact]
    public void What_is_there_is_replaced_only_when_asked_and_never_a_layer()
    {
        string lower = fixture.MakeTree("lower", "new");
        Overlay overlay = Mount(new() { Lower = [lower] });
        fixture.MakeTree("there", "old");
        Assert.Contains("not empty", Assert.Throws<InvalidMountException>(() => Merge(overlay, "there")).Message);

        Merge(overlay, "there", overwrite: true);

        Assert.Equal(["new"], Directory.GetFileSystemEntries(fixture["there"]).Select(Path.GetFileName));
        Assert.Throws<InvalidMountException>(() => Merge(overlay, "lower", overwrite: true));
        Assert.Throws<InvalidMountException>(() => Merge(overlay, "upper/in", overwrite: true));
        Overlay other = Mount(new() { Lower = [fixture.MakeTree("lower2", "x")], Upper = fixture["upper2"] });
        Assert.Contains(other.Path, Assert.Throws<MountBusyException>(() => Merge(overlay, "lower2", overwrite: true)).Message);
        Assert.Throws<RootfsNotFoundException>(() => Merge(overlay, "none/merged"));
        File.WriteAllText(fixture["a-file"], "");
        Assert.Throws<InvalidMountException>(() => Merge(overlay, "a-file"));
        fixture.MakeDirectory("empty");
        Merge(overlay, "empty");
        Assert.Equal(["new"], Directory.GetFileSystemEntries(fixture["empty"]).Select(Path.GetFileName));
    }

    [RootFact]
    public void A_merge_that_is_ended_leaves_nothing()
    {
        Overlay overlay = Mount(new() { Lower = [fixture.MakeTree("lower", "a", "b")] });
        using var ended = new CancellationTokenSource();
        ended.Cancel();

        Assert.Throws<OperationCanceledException>(
            () => fixture.Overlays.PrepareMerge(overlay, fixture["merged"], OverlayMergeForm.Rootfs, false, _ => { },
                ended.Token).Run());

        Assert.Equal(["lower", "state", "upper", "upper.work"],
            Directory.GetFileSystemEntries(fixture["."]).Select(Path.GetFileName).Order());
    }

    private static byte[] Bytes(string path) => Encoding.UTF8.GetBytes(path + "\0");
}
