using PSContainer.Images;
using PSContainer.Native.Tests.Mounts;
using PSContainer.Overlays;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Images;

/// <summary>A layer of an image in a directory of its own hides the same as in the image.</summary>
public sealed class LayerTests : ExtractTestBase
{
    private static readonly ExtractOptions Layer = new() { IsLayer = true };
    private static readonly ExtractOptions Above = new() { IsLayer = true, AllowNonEmptyDestination = true };

    [RootFact]
    [Trait("Attack", "C-33")]
    public void WhatALayerDeletedIsNotBackWhenItIsMounted()
    {
        using var mounts = new Mounts.OverlayFixture();
        string lower = mounts.MakeTree("lower", "secret", "d/x", "d/y", "o/old", "o/s/old", "again/old", "before/old", "sub/deep/x", "stays");
        byte[] layer = new TarBuilder().File(".wh.secret", "").Directory("d").File("d/.wh.x", "").Directory("o").File("o/.wh..wh..opq", "")
            .File("o/new", "2").Directory("again").File("again/new", "2").File(".wh.again", "").File(".wh.before", "").Directory("before")
            .File("before/new", "2").File("sub/deep/.wh.x", "").File(".wh..wh.plnk", "").Build();

        Extract(layer, Layer);

        Overlay overlay = mounts.Overlays.Mount(new() { Lower = [Destination, lower], ReadOnly = true });
        string[] shown = [.. Directory.GetFiles(overlay.Path, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(overlay.Path, file)).Order(StringComparer.Ordinal)];
        Assert.Equal(["again/new", "before/new", "d/y", "o/new", "stays"], shown);
    }

    [RootFact]
    public void WithoutLayerAWhiteoutIsAFileAndAWarning()
    {
        byte[] layer = new TarBuilder().File("d/.wh.x", "").File(".wh..wh..opq", "").File("whole.wh.", "").Build();
        RootfsDirectory made = Extract(layer, new());
        Assert.True(File.Exists(Made("d/.wh.x")));
        string warning = Assert.Single(made.Warnings);
        Assert.Equal("A whiteout of a layer was unpacked as a file (-Layer carries it out): 2 times, first 'd/.wh.x'.", warning);
        Assert.Empty(Extract(layer, Above).Warnings);
    }

    [RootFact]
    public void AWhiteoutBeforeAFileOfTheLayerHidesOnlyWhatIsBelow()
    {
        Extract(new TarBuilder().File(".wh.f", "").File("f", "mine").File("g", "mine").File(".wh.g", "").Build(), Layer);
        Assert.Equal("mine", File.ReadAllText(Made("f")));
        Assert.Equal("mine", File.ReadAllText(Made("g")));
    }

    [RootFact]
    public void ADirectoryOfALayerReplacesAFileBelow()
    {
        Extract(new TarBuilder().File("a", "1").File("b/c", "1").Build());
        Extract(new TarBuilder().File("a/x", "2").File("b/c/d/e", "2").Build(), Above);
        Assert.Equal("2", File.ReadAllText(Made("a/x")));
        Assert.Equal("2", File.ReadAllText(Made("b/c/d/e")));
    }

    [RootFact]
    public void AnEntryBelowAFileIsNamed()
    {
        byte[] archive = new TarBuilder().File("a", "1").File("a/x", "2").Build();
        Assert.Contains("below 'a', which is no directory", Refused<InvalidArchiveException>(archive).Message);
        Assert.Contains("below 'a', which is no directory", Refused<InvalidArchiveException>(archive, Layer).Message);
    }

    [RootFact]
    [Trait("Attack", "C-28")]
    public void DevicesAreLeftOutUnlessAskedForAndWhiteoutsAreNone()
    {
        byte[] archive = new TarBuilder().Entry("null", '3', major: 1, minor: 3, mode: 0x1b6).Entry("disk", '4', major: 8, minor: 0, mode: 0x1b6)
            .Entry("gone", '3', major: 0, minor: 0).Build();

        RootfsDirectory root = Extract(archive);

        Assert.Equal([Made("gone")], Directory.GetFileSystemEntries(Destination));
        Assert.Contains(root.Warnings, warning => warning.Contains("-IncludeDevice", StringComparison.Ordinal) && warning.Contains("2 times", StringComparison.Ordinal));
        Extract(archive, new ExtractOptions { IncludeDevices = true, AllowNonEmptyDestination = true });
        Assert.Equal(3, Directory.GetFileSystemEntries(Destination).Length);
    }

    [RootFact]
    [Trait("Attack", "C-28")]
    public void DirectoriesAboveAreMadeForTheOwnerAloneAndAreGoneWhenItFails()
    {
        string destination = Area["made/for/it"];
        byte[] good = new TarBuilder().File("su", "1", 0x9ed).Build(), bad = new TarBuilder().File("a", "1").File("../b", "").Build();
        Assert.ThrowsAny<ContainerException>(() => RootfsExtractor.Extract(new MemoryStream(bad), "bad.tar", destination));
        Assert.False(Directory.Exists(Area["made"]));

        RootfsDirectory root = RootfsExtractor.Extract(new MemoryStream(good), "good.tar", destination);

        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Assert.Equal(Owner, File.GetUnixFileMode(Area["made"]));
        Assert.Equal(Owner, File.GetUnixFileMode(Area["made/for"]));
        Assert.Empty(root.Warnings);
    }
}
