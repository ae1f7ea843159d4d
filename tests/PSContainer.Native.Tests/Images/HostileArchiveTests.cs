using System.Text;
using PSContainer.Images;
using PSContainer.Kernel;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Images;

/// <summary>Archives that reach for the outside: each is refused whole, or stays inside.</summary>
public sealed class HostileArchiveTests : ExtractTestBase
{
    private byte[] Hostile(string kind)
    {
        string canary = Area.Canary, outside = Area.CanaryDirectory;
        return (kind switch
        {
            "parent" => new TarBuilder().File("../canary/file", "evil"),
            "parent in the middle" => new TarBuilder().Directory("a").File("a/../../canary/file", "evil"),
            "parent at the end" => new TarBuilder().Directory("a/.."),
            "prefix parent" => new TarBuilder().Entry("canary/file", prefix: "..", data: "evil"u8.ToArray()),
            "root as link" => new TarBuilder().Link(".", outside).File("file", "evil"),
            "root as file" => new TarBuilder().File("./", "evil"),
            "hard link parent" => new TarBuilder().HardLink("h", "../canary/file").File("h", "evil"),
            "hard link absolute" => new TarBuilder().HardLink("h", canary),
            "hard link through link" => new TarBuilder().Link("l", outside).HardLink("h", "l/file"),
            "hard link to root" => new TarBuilder().HardLink("h", "/"),
            "hard link to itself first" => new TarBuilder().HardLink("h", "nothere"),
            "nul in path" => new TarBuilder().Pax("path", "a\0b").File("x", "evil"),
            "nul in link" => new TarBuilder().Pax("linkpath", "a\0b").Link("x", "y"),
            "empty link" => new TarBuilder().Link("x", ""),
            "long link" => new TarBuilder().Pax("linkpath", new string('x', 5000)).Link("x", "y"),
            "pax path parent" => new TarBuilder().Pax("path", "../canary/file").File("x", "evil"),
            "sparse name parent" => new TarBuilder().Pax("GNU.sparse.name", "../canary/file").File("x", "evil"),
            "gnu name parent" => new TarBuilder().Entry("././@LongLink", 'L', "../canary/file\0"u8.ToArray()).File("x", "evil"),
            "long path" => new TarBuilder().Pax("path", string.Concat(Enumerable.Repeat("a/", 2048))).File("x", "evil"),
            "long name" => new TarBuilder().Pax("path", new string('x', 300)).File("x", "evil"),
            "deep" => new TarBuilder().Pax("path", string.Concat(Enumerable.Repeat("a/", 300))).Directory("x"),
            "whiteout of parent" => new TarBuilder().File("d/.wh...", ""),
            "whiteout of itself" => new TarBuilder().File("d/.wh..", ""),
            "whiteout of nothing" => new TarBuilder().File(".wh.", ""),
            "uid -1" => new TarBuilder().Pax("uid", "4294967295").File("x", ""),
            "uid wraps" => new TarBuilder().Pax("uid", "4294967296").File("x", ""),
            "uid negative" => new TarBuilder().Pax("uid", "-1").File("x", ""),
            "uid no number" => new TarBuilder().Pax("uid", "1x").File("x", ""),
            "device wraps" => new TarBuilder().Entry("x", '4', major: 4104, minor: 0),
            "unknown type" => new TarBuilder().Entry("x", 'Z'),
            "multi-volume" => new TarBuilder().Entry("x", 'M'),
            "size negative" => new TarBuilder().Entry("x", change: static header => header.AsSpan(124, 12).Fill(0xff)),
            "pax size negative" => new TarBuilder().Pax("size", "-1").File("x", "evil"),
            "type changes" => new TarBuilder().File("x", "1").Directory("x").Link("x", outside).Entry("x", '6').Link("x", "../canary").File("x/file", "evil"),
            "hard link of link out" => new TarBuilder().Link("l", outside).HardLink("h", "l").File("h/file", "evil"),
            "directory over full" => new TarBuilder().File("d/x", "").File("d", "evil"),
            _ => throw new ArgumentException(kind),
        }).Build();
    }

    [RootTheory]
    [Trait("Attack", "B-35")]
    [InlineData("parent")]
    [InlineData("parent in the middle")]
    [InlineData("parent at the end")]
    [InlineData("prefix parent")]
    [InlineData("root as link")]
    [InlineData("root as file")]
    [InlineData("hard link parent")]
    [InlineData("hard link absolute")]
    [InlineData("hard link through link")]
    [InlineData("hard link to root")]
    [InlineData("hard link to itself first")]
    [InlineData("nul in path")]
    [InlineData("nul in link")]
    [InlineData("empty link")]
    [InlineData("long link")]
    [InlineData("pax path parent")]
    [InlineData("sparse name parent")]
    [InlineData("gnu name parent")]
    [InlineData("long path")]
    [InlineData("long name")]
    [InlineData("deep")]
    [InlineData("uid -1")]
    [InlineData("uid wraps")]
    [InlineData("uid negative")]
    [InlineData("uid no number")]
    [InlineData("device wraps")]
    [InlineData("unknown type")]
    [InlineData("multi-volume")]
    [InlineData("size negative")]
    [InlineData("pax size negative")]
    [InlineData("type changes")]
    [InlineData("hard link of link out")]
    [InlineData("directory over full")]
    public void IsRefused(string kind)
    {
        var error = Refused<ContainerException>(Hostile(kind));
        Assert.DoesNotContain(error.Message, char.IsControl);
    }

    [RootTheory]
    [InlineData("whiteout of parent")]
    [InlineData("whiteout of itself")]
    [InlineData("whiteout of nothing")]
    public void IsRefusedAsALayer(string kind) =>
        Refused<InvalidArchiveException>(Hostile(kind), new ExtractOptions { IsLayer = true, IncludeDevices = true });

    [RootFact]
    public void AnAbsoluteNameLandsInside()
    {
        Extract(new TarBuilder().File(Area.Canary, "inside").Build());
        Assert.Equal("inside", File.ReadAllText(Destination + Area.Canary));
    }

    [RootTheory]
    [Trait("Attack", "B-34")]
    [InlineData("file", 0x9ff)]
    [InlineData("file", 0x1ff)]
    public void AFileOverALinkReplacesTheLink(string name, int mode)
    {
        Extract(new TarBuilder().Link(name, Area.Canary).File(name, "inside", mode).Build());
        Assert.Equal("inside", File.ReadAllText(Made(name)));
        Assert.Null(File.ResolveLinkTarget(Made(name), false));
        Assert.Equal((uint)mode, TestDirectory.Status(Made(name)).stx_mode & 0xfffu);
    }

    [RootFact]
    public void ADirectoryOverALinkReplacesTheLink()
    {
        byte[] archive = new TarBuilder().Link("d", Area.CanaryDirectory).Directory("d", 0x1c0).File("d/file", "inside").Build();
        Extract(archive);
        Assert.Null(Directory.ResolveLinkTarget(Made("d"), false));
        Assert.Equal("inside", File.ReadAllText(Made("d/file")));
    }

    [RootFact]
    public void AChildOfALinkOutDoesNotFollowIt()
    {
        // The target does not exist inside, so that the name cannot be used as a directory.
        foreach (string target in (string[])[Area.CanaryDirectory, "../canary", "l"])
        {
            var error = Refused<InvalidArchiveException>(new TarBuilder().Link("l", target).File("l/new", "evil").Build());
            Assert.Contains("below 'l', which is a symbolic link", error.Message, StringComparison.Ordinal);
        }
    }

    [RootFact]
    public void AChildOfALinkInsideFollowsIt()
    {
        Extract(new TarBuilder().Directory("usr/bin").Link("bin", "/usr/bin").File("bin/sh", "shell")
            .HardLink("bin/ash", "bin/sh").Build());
        Assert.Equal("shell", File.ReadAllText(Made("usr/bin/sh")));
        Assert.Equal(2u, TestDirectory.Status(Made("usr/bin/ash")).stx_nlink);
    }

    [RootFact]
    public void ADeviceOrFifoOverALinkReplacesTheLink()
    {
        byte[] archive = new TarBuilder().Link("n", Area.Canary).Entry("n", '3', major: 1, minor: 3, mode: 0x1b6)
            .Link("f", Area.Canary).Entry("f", '6', mode: 0x1ff).Build();
        Extract(archive, new ExtractOptions { IncludeDevices = true });
        Files.statx_data node = TestDirectory.Status(Made("n"));
        Assert.Equal(Files.S_IFCHR | 0x1b6, (uint)node.stx_mode);
        Assert.Equal((1u, 3u), (node.stx_rdev_major, node.stx_rdev_minor));
        Assert.Equal(Files.S_IFIFO | 0x1ff, (uint)TestDirectory.Status(Made("f")).stx_mode);
    }

    [RootFact]
    public void AHardLinkToALinkIsTheLinkItself()
    {
        Extract(new TarBuilder().Link("l", Area.Canary).HardLink("h", "l").File("h", "inside", 0x9ff).Build());
        Assert.Equal("inside", File.ReadAllText(Made("h")));
        Assert.Equal(Area.Canary, File.ResolveLinkTarget(Made("l"), false)!.FullName);
    }

    [RootFact]
    [Trait("Attack", "B-35")]
    public void ALinkSwappedByALaterLayerIsNotFollowed()
    {
        var again = new ExtractOptions { IsLayer = true, AllowNonEmptyDestination = true };
        Extract(new TarBuilder().Directory("d").File("d/keep", "1").Build());
        Extract(new TarBuilder().Link("d", Area.CanaryDirectory).Build(), again);
        Assert.ThrowsAny<ContainerException>(() => Extract(new TarBuilder().File("d/file", "evil").Build(), again));
        Extract(new TarBuilder().File("d/.wh..wh..opq", "").File("d/.wh.file", "").Build(), again);
        Extract(new TarBuilder().Directory("d").File("d/file", "inside").Build(), again);
        Assert.Equal("inside", File.ReadAllText(Made("d/file")));
    }

    [RootFact]
    [Trait("Attack", "B-34")]
    public void DirectoryMetadataIsNotAppliedThroughALink()
    {
        // The directory is noted first and becomes a link before its mode is set.
        byte[] archive = new TarBuilder().Directory("d", 0x1ff).Link("d", Area.CanaryDirectory).Build();
        Extract(archive);
        Assert.Equal(Area.CanaryDirectory, Directory.ResolveLinkTarget(Made("d"), false)!.FullName);
    }

    [RootFact]
    public void OverlayAndLabelAttributesAreLeftOut()
    {
        byte[] value = Encoding.ASCII.GetBytes("/../canary");
        RootfsDirectory result = Extract(new TarBuilder()
            .Pax(("SCHILY.xattr.trusted.overlay.redirect", value), ("SCHILY.xattr.user.overlay.opaque", value),
                ("SCHILY.xattr.security.selinux", value))
            .Directory("d").Build());
        Assert.Equal(3, result.Warnings.Count);
        Assert.Equal(-Errno.ENODATA, Files.lgetxattr(Terminated(Made("d")), "trusted.overlay.redirect\0"u8, default));
    }

    private static byte[] Terminated(string text) => Encoding.UTF8.GetBytes(text + "\0");
}
