using PSContainer.Cgroups;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Kernel;
using PSContainer.Overlays;
using PSContainer.Rooted;
using PSContainer.Tests;
using PSContainer.Trees;

namespace PSContainer.Native.Tests.Rooted;

/// <summary>Trees of a depth that somebody else chose: no walk takes a descriptor or a frame for each level.</summary>
public sealed class DeepTreeTests : IDisposable
{
    // Deeper than descriptors, the stack and a path go; the walks that only read need not go as deep as the attack did.
    private const int Depth = 20_000, DeepEnough = 3_000;
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    [Trait("Attack", "C-20")]
    public void A_tree_of_twenty_thousand_levels_is_removed()
    {
        MakeDeep(_directory.MakeDirectory("top"), Depth);
        TreeRemoval.Remove(_directory["top"]);
        Assert.False(Directory.Exists(_directory["top"]));
    }

    [Fact]
    [Trait("Attack", "C-20")]
    public void What_is_in_such_a_tree_is_removed_and_the_directory_stays()
    {
        string top = _directory.MakeDirectory("top");
        MakeDeep(top, DeepEnough);
        using (var directory = new FileHandle((int)Files.openat(Files.AT_FDCWD, PathBytes.From(top), Files.O_RDONLY | Files.O_DIRECTORY)))
            TreeRemoval.RemoveContents(directory.Fd, top);
        Assert.Empty(Directory.GetFileSystemEntries(top));
    }

    [Fact]
    [Trait("Attack", "C-20")]
    public void Such_an_upper_directory_is_compared_as_far_as_a_path_can_name_it()
    {
        string upper = _directory.MakeDirectory("upper"), lower = _directory.MakeDirectory("lower");
        MakeDeep(upper, DeepEnough);
        // Below the place where the walk comes back, something that is also in the lower layer, and something that is not.
        string shared = string.Concat(Enumerable.Repeat("/d", 100));
        Directory.CreateDirectory(lower + shared);
        File.WriteAllText($"{lower}{shared}/known", "");
        File.WriteAllText($"{upper}{shared}/known", "1");
        File.WriteAllText($"{upper}{shared}/new", "1");
        var changes = new List<OverlayChange>();
        new UpperComparison("/root", new OverlayAttributes("user.overlay."), changes.Add, default).Run(upper, [lower]);
        Assert.Equal(OverlayChangeKind.Changed, changes.Single(change => change.Path == $"{shared}/known").Change);
        Assert.Equal(OverlayChangeKind.Added, changes.Single(change => change.Path == $"{shared}/new").Change);
        Assert.DoesNotContain(changes, change => change.Path == shared);
        Assert.Equal(DeepPath.LongestPath / 2 + 1 - 100, changes.Count(change => change.ItemType == OverlayItemType.Directory));
    }

    [Fact]
    [Trait("Attack", "C-20")]
    public void Such_a_tree_is_copied_whole()
    {
        string source = _directory.MakeDirectory("source"), target = _directory.MakeDirectory("target");
        byte[][] names = [.. Enumerable.Repeat("d\0"u8.ToArray(), DeepEnough)];
        using var top = new FileHandle((int)Files.openat(Files.AT_FDCWD, PathBytes.From(source), Files.O_RDONLY | Files.O_DIRECTORY));
        MakeDeep(source, DeepEnough);
        using (var deepest = new FileHandle((int)DeepPath.Open(top.Fd, names)))
            Syscall.Check(Files.mkdirat(deepest.Fd, "end\0"u8.ToArray(), 0x1ed), "mkdirat");
        using var copy = new FileHandle((int)Files.openat(Files.AT_FDCWD, PathBytes.From(target), Files.O_RDONLY | Files.O_DIRECTORY));
        new LayerCopy(static _ => true, static (_, _) => null, null, default).Run(source, copy);
        using var end = new FileHandle((int)DeepPath.Open(copy.Fd, [.. names, "end\0"u8.ToArray()]));
        Assert.True(end.Fd >= 0, $"the deepest directory is not there: {end.Fd}");
    }

    [RootFact]
    [Trait("Attack", "C-20")]
    public void Cgroups_below_each_other_are_removed_though_no_path_leads_to_the_last()
    {
        const int Levels = 40;
        string name = new('c', 120), hierarchy = CgroupHost.Current.Hierarchies[0].MountPoint, top = $"{hierarchy}/psc-test-{Guid.NewGuid():N}";
        Directory.CreateDirectory(top);
        var place = new FileHandle((int)Files.openat(Files.AT_FDCWD, PathBytes.From(top), Files.O_RDONLY | Files.O_DIRECTORY));
        try
        {
            for (int level = 0; level < Levels; level++)
            {
                Syscall.Check(Files.mkdirat(place.Fd, PathBytes.From(name), 0x1ed), "mkdirat", top);
                nint next = Syscall.Check(Files.openat(place.Fd, PathBytes.From(name), Files.O_RDONLY | Files.O_DIRECTORY), "openat", top);
                place.Dispose();
                place = new FileHandle((int)next);
            }
            Assert.Equal(0, CgroupDirectory.Remove(top));
        }
        finally
        {
            place.Dispose();
            CgroupTreeRemoval.RemoveBelow(top);
            CgroupDirectory.Rmdir(top);
        }
        Assert.False(Directory.Exists(top));
    }

    // By single names: no path leads there.
    private static void MakeDeep(string top, int depth)
    {
        byte[] name = "d\0"u8.ToArray();
        var place = new FileHandle((int)Files.openat(Files.AT_FDCWD, PathBytes.From(top), Files.O_RDONLY | Files.O_DIRECTORY));
        for (int level = 0; level < depth; level++)
        {
            Syscall.Check(Files.mkdirat(place.Fd, name, 0x1ed), "mkdirat", top);
            nint next = Syscall.Check(Files.openat(place.Fd, name, Files.O_RDONLY | Files.O_DIRECTORY), "openat", top);
            place.Dispose();
            place = new FileHandle((int)next);
        }
        place.Dispose();
    }
}
