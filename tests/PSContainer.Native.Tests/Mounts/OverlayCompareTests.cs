using System.Text;
using PSContainer.Kernel;
using PSContainer.Overlays;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Mounts;

/// <summary>What an upper directory says, made by the kernel itself where it can be.</summary>
public sealed class OverlayCompareTests : IDisposable
{
    private readonly OverlayFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    private Overlay Mount(OverlayRequest request) => fixture.Overlays.Mount(request with { Upper = fixture["upper"], Path =
        fixture["merged"] });

    [RootFact]
    public void Every_kind_of_change_is_told()
    {
        string lower = fixture.MakeTree("lower", "kept", "changed=1", "deleted", "gone/x", "opaque/old", "opaque/both=1",
            "deep/er/kept", "mode/", "file-to-directory", "directory-to-file/x");
        Overlay overlay = Mount(new() { Lower = [lower] });
        File.AppendAllText(At("changed"), "2");
        File.Delete(At("deleted"));
        Directory.Delete(At("gone"), recursive: true);
        Directory.Delete(At("opaque"), recursive: true);
        Directory.CreateDirectory(At("opaque"));
        File.WriteAllText(At("opaque/new"), "");
        File.WriteAllText(At("opaque/both"), "2");
        File.WriteAllText(At("deep/er/new"), "");
        File.SetUnixFileMode(At("mode"), (UnixFileMode)0b111_000_000);
        File.Delete(At("file-to-directory"));
        Directory.CreateDirectory(At("file-to-directory/x"));
        Directory.Delete(At("directory-to-file"), recursive: true);
        File.WriteAllText(At("directory-to-file"), "");
        Directory.CreateDirectory(At("added/sub"));
        File.CreateSymbolicLink(At("added/link"), "sub");

        Assert.Equal(
            [
                "A /added", "A /added/link", "A /added/sub", "A /deep/er/new", "A /file-to-directory/x", "A /opaque/new",
                "C /changed", "C /directory-to-file", "C /file-to-directory", "C /mode", "C /opaque/both", "D /deleted",
                    "D /gone", "O /opaque",
            ],
            OverlayFixture.Changes(overlay));
        Assert.Equal(
            ["U /deep", "U /deep/er", "U /deep/er/kept", "U /kept"],
            OverlayFixture.Changes(overlay, includeUnchanged: true).Where(line => line[0] == 'U'));

        string At(string path) => Path.Combine(overlay.Path, path);
    }

    [RootFact]
    public void A_change_says_what_it_is_and_how_long()
    {
        string lower = fixture.MakeTree("lower", "deleted=12345", "directory/x");
        Overlay overlay = Mount(new() { Lower = [lower] });
        File.Delete(Path.Combine(overlay.Path, "deleted"));
        Directory.Delete(Path.Combine(overlay.Path, "directory"), recursive: true);
        File.WriteAllText(Path.Combine(overlay.Path, "added"), "123");
        var changes = new Dictionary<string, OverlayChange>();

        OverlayEngine.Compare(overlay, change => changes[change.Path] = change);

        Assert.Equal((OverlayItemType.File, 5), (changes["/deleted"].ItemType, changes["/deleted"].Length));
        Assert.Equal((OverlayItemType.Directory, 0), (changes["/directory"].ItemType, changes["/directory"].Length));
        Assert.Equal((OverlayItemType.File, 3), (changes["/added"].ItemType, changes["/added"].Length));
        Assert.Equal("123", File.ReadAllText(changes["/added"].FullName));
    }

    [RootFact]
    public void A_whiteout_of_one_lower_directory_hides_what_is_in_those_below()
    {
        string bottom = fixture.MakeTree("bottom", "hidden", "opaque/hidden", "shown"), middle = fixture.MakeTree("middle",
            "opaque/own");
        Files.mknodat(Files.AT_FDCWD, Path.Combine(middle, "hidden"), Files.S_IFCHR, 0);
        Set(Path.Combine(middle, "opaque"), "trusted.overlay.opaque", "y");
        Overlay overlay = Mount(new() { Lower = [middle, bottom] });
        Assert.False(File.Exists(Path.Combine(overlay.Path, "hidden")) || File.Exists(Path.Combine(overlay.Path,
            "opaque/hidden")));
        foreach (string name in new[] { "hidden", "opaque/hidden", "opaque/own", "shown" })
            File.WriteAllText(Path.Combine(overlay.Path, name), "new");

        Assert.Equal(["A /hidden", "A /opaque/hidden", "C /opaque/own", "C /shown"], OverlayFixture.Changes(overlay));
    }

    [RootFact]
    public void A_renamed_directory_says_from_where()
    {
        string lower = fixture.MakeTree("lower", "old/file", "old/changed", "sub/old2/file");
        Overlay overlay = Mount(new() { Lower = [lower], RedirectDir = "on" });
        Directory.CreateDirectory(Path.Combine(overlay.Path, "elsewhere"));
        Directory.Move(Path.Combine(overlay.Path, "old"), Path.Combine(overlay.Path, "elsewhere/new"));
        Directory.Move(Path.Combine(overlay.Path, "sub/old2"), Path.Combine(overlay.Path, "sub/new2"));
        File.AppendAllText(Path.Combine(overlay.Path, "elsewhere/new/changed"), "!");
        File.WriteAllText(Path.Combine(overlay.Path, "sub/new2/added"), "!");
        var changes = new List<OverlayChange>();

        OverlayEngine.Compare(overlay, changes.Add);

        Assert.Equal("/old", changes.Single(change => change.Path == "/elsewhere/new").RenamedFrom);
        Assert.Equal("/sub/old2", changes.Single(change => change.Path == "/sub/new2").RenamedFrom);
        Assert.Equal(
            ["A /elsewhere", "A /elsewhere/new", "A /sub/new2", "A /sub/new2/added", "C /elsewhere/new/changed", "D /old",
                "D /sub/old2"],
            OverlayFixture.Changes(overlay));
    }

    [RootFact]
    public void Many_names_in_one_directory_are_told_apart()
    {
        string top = fixture.MakeTree("top", [.. Enumerable.Range(0, 100).Select(i => $"d/top{i}")]);
        string bottom = fixture.MakeTree("bottom", [.. Enumerable.Range(0, 100).Select(i => $"d/bottom{i}")]);
        Files.mknodat(Files.AT_FDCWD, Path.Combine(top, "d/bottom7"), Files.S_IFCHR, 0);
        Overlay overlay = Mount(new() { Lower = [top, bottom] });
        foreach (string name in Enumerable.Range(0, 200).SelectMany(i => new[] { $"new{i}", $"top{i}", $"bottom{i}" }))
            File.WriteAllText(Path.Combine(overlay.Path, "d", name), "");

        string[] told = OverlayFixture.Changes(overlay);

        Assert.Equal(600, told.Length);
        Assert.Equal(
            Enumerable.Range(0, 100).Select(i => $"C /d/top{i}").Concat(Enumerable.Range(0, 100).Where(i => i != 7).Select(i =>
                $"C /d/bottom{i}")).Order(StringComparer.Ordinal),
            told.Where(line => line[0] == 'C'));
    }

    [RootFact]
    public void A_metacopy_is_known()
    {
        string lower = fixture.MakeTree("lower", "owner=content", "content=content");
        Overlay overlay = Mount(new() { Lower = [lower], Metacopy = true });
        File.SetUnixFileMode(Path.Combine(overlay.Path, "owner"), (UnixFileMode)0b110_000_000);
        File.AppendAllText(Path.Combine(overlay.Path, "content"), "!");
        var changes = new List<OverlayChange>();

        OverlayEngine.Compare(overlay, changes.Add);

        Assert.Equal([("/content", false, 8), ("/owner", true, 7)],
            changes.OrderBy(change => change.Path).Select(change => (change.Path, change.IsMetadataOnly, (int)change.Length)));
    }

    [RootFact]
    public void Whiteouts_that_are_attributes_count_where_the_directory_says_so()
    {
        string lower = fixture.MakeTree("lower", "d/deleted", "d/emptied"), upper = fixture.MakeTree("upper", "d/deleted=",
            "d/emptied=");
        Set(Path.Combine(upper, "d"), "trusted.overlay.opaque", "x");
        Set(Path.Combine(upper, "d/deleted"), "trusted.overlay.whiteout", "y");
        Overlay overlay = Mount(new() { Lower = [lower] });
        Assert.Equal(["C /d/emptied", "D /d/deleted"], OverlayFixture.Changes(overlay));
    }

    [RootFact]
    public void Names_that_are_no_text_and_whiteouts_of_nothing_do_no_harm()
    {
        string lower = fixture.MakeTree("lower", "file"), upper = fixture.MakeDirectory("upper");
        Files.mknodat(Files.AT_FDCWD, Path.Combine(upper, "never-was"), Files.S_IFCHR, 0);
        Files.mkdirat(Files.AT_FDCWD, [.. Encoding.UTF8.GetBytes(upper + "/"), 0xff, 0xfe, 0], 0x1ed);
        Overlay overlay = Mount(new() { Lower = [lower] });
        Assert.Equal("A /\uFFFD\uFFFD", Assert.Single(OverlayFixture.Changes(overlay)));
    }

    [RootFact]
    public void It_can_be_compared_when_it_is_not_mounted_any_more()
    {
        Overlay overlay = Mount(new() { Lower = [fixture.MakeTree("lower", "file")] });
        File.WriteAllText(Path.Combine(overlay.Path, "new"), "");
        fixture.Overlays.Dismount(overlay);

        Assert.Equal(["A /new"], OverlayFixture.Changes(overlay));
        Assert.Throws<OverlayNotFoundException>(() => OverlayFixture.Changes(overlay, includeUnchanged: true));
    }

    [RootFact]
    public void The_kernel_and_the_comparison_agree_about_random_changes()
    {
        var random = new Random(7);
        string[] names = ["a", "b", "c", "d"];
        string bottom = Grow("bottom"), top = Grow("top");
        Overlay overlay = Mount(new() { Lower = [top, bottom], RedirectDir = "off" });
        string before = fixture.MakeDirectory("before");
        fixture.Overlays.PrepareMerge(overlay, before, OverlayMergeForm.Rootfs, overwrite: false, _ => { }, default).Run();
        for (int i = 0; i < 200; i++)
            Change(Path.Combine(overlay.Path, RandomPath()));
        HashSet<string> then = Paths(before), now = Paths(overlay.Path);

        string[] told = OverlayFixture.Changes(overlay);

        // What is below a deleted or replaced directory goes with it and is not told again.
        string[] gone = [.. told.Where(line => line[0] is 'D' or 'O' or 'C').Select(line => line[2..])];
        Assert.All(then.Except(now), path => Assert.Contains(gone, one => path == one || path.StartsWith(one + "/",
            StringComparison.Ordinal)));
        Assert.All(now.Except(then), path => Assert.Contains("A " + path, told));
        Assert.All(told.Where(line => line[0] == 'A'), line => Assert.Contains(line[2..], now.Except(then)));
        Assert.All(told.Where(line => line[0] == 'D'), line => Assert.DoesNotContain(line[2..], now));

        string RandomPath() => string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
            names[random.Next(names.Length)]));

        string Grow(string name)
        {
            string root = fixture.MakeDirectory(name);
            for (int i = 0; i < 20; i++)
                Change(Path.Combine(root, RandomPath()));
            return root;
        }

        void Change(string path)
        {
            try
            {
                switch (random.Next(4))
                {
                    case 0 when Directory.Exists(path): Directory.Delete(path, recursive: true); break;
                    case 0: File.Delete(path); break;
                    case 1: Directory.CreateDirectory(path); break;
                    default: File.AppendAllText(path, "x"); break;
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // A file where a directory would have to be.
            }
        }

        static HashSet<string> Paths(string root) =>
            [.. Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories).Select(path => path[root.Length..])];
    }

    private static void Set(string path, string name, string value) => Syscall.Check(
        Files.lsetxattr(Encoding.UTF8.GetBytes(path + "\0"), Encoding.UTF8.GetBytes(name + "\0"), Encoding.UTF8.GetBytes(value)),
            "lsetxattr", path);
}
