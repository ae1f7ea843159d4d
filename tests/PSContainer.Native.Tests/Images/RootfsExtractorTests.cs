using System.Text;
using PSContainer.Images;
using PSContainer.Kernel;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Images;

/// <summary>What good archives become.</summary>
public sealed class RootfsExtractorTests : ExtractTestBase
{
    [RootFact]
    public void OwnersModesTimesAndLinksAreAsInTheArchive()
    {
        byte[] archive = new TarBuilder().Directory("./", 0x1c9)
            .Entry("./d", '5', mode: 0x3ff, uid: 1, gid: 2)
            .Entry("./d/f", data: "text"u8.ToArray(), mode: 0xded, uid: 1000, gid: 100)
            .Entry("./d/l", '2', link: "f", uid: 3, gid: 4)
            .HardLink("./h", "./d/f").Build();
        RootfsDirectory result = Extract(archive);
        Assert.Equal((5, 4L, ArchiveCompression.None), (result.EntryCount, result.Length, result.Compression));
        Assert.Empty(result.Warnings);
        Assert.Equal(Destination, result.Path);
        AssertIs("", Files.S_IFDIR | 0x1c9, 0, 0);
        AssertIs("d", Files.S_IFDIR | 0x3ff, 1, 2);
        AssertIs("d/f", Files.S_IFREG | 0xded, 1000, 100);
        AssertIs("d/l", Files.S_IFLNK | 0x1ff, 3, 4);
        Assert.Equal(TestDirectory.Status(Made("h")).stx_ino, TestDirectory.Status(Made("d/f")).stx_ino);
        Assert.Equal("text", File.ReadAllText(Made("h")));
    }

    private void AssertIs(string name, uint mode, uint uid, uint gid)
    {
        Files.statx_data data = TestDirectory.Status(Made(name));
        Assert.Equal((mode, uid, gid, 1_000_000_000L), ((uint)data.stx_mode, data.stx_uid, data.stx_gid, data.stx_mtime.tv_sec));
    }

    [RootFact]
    public void TheUmaskDoesNotMatterAndMissingParentsAreOrdinary()
    {
        Extract(new TarBuilder().File("a/b/c", "text", 0x1b6).Build());
        Assert.Equal(Files.S_IFDIR | 0x1ed, TestDirectory.Status(Made("a/b")).stx_mode);
        Assert.Equal(Files.S_IFDIR | 0x1ed, TestDirectory.Status(Destination).stx_mode);
        Assert.Equal(Files.S_IFREG | 0x1b6, TestDirectory.Status(Made("a/b/c")).stx_mode);
    }

    [RootFact]
    public void ABinaryCapabilityKeepsEveryByte()
    {
        byte[] capability = [1, 0, 0, 2, 0x80, 0x20, 0, 0, 0xff, 0xfe, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        capability[8] = capability[9] = 0;
        Extract(new TarBuilder().Pax(("SCHILY.xattr.security.capability", capability), ("SCHILY.xattr.user.x", [0xff, 0]))
            .Entry("f", uid: 7).Build());
        Assert.Equal(capability, Attribute("f", "security.capability"));
        Assert.Equal<byte>([0xff, 0], Attribute("f", "user.x"));
    }

    [RootFact]
    public void MappedIdsAreShiftedAndCapabilitiesNameTheirRoot()
    {
        byte[] capability = [1, 0, 0, 2, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        IdMapping[] map = [new IdMapping { ContainerId = 0, HostId = 100000, Size = 65536 }];
        var options = new ExtractOptions { UidMappings = map, GidMappings = map };
        Extract(new TarBuilder().Pax(("SCHILY.xattr.security.capability", capability)).Entry("f", uid: 7, gid: 8).Directory("d")
            .Link("d/l", "x").Build(), options);
        Files.statx_data data = TestDirectory.Status(Made("f"));
        Assert.Equal((100007u, 100008u), (data.stx_uid, data.stx_gid));
        Assert.Equal(100000u, TestDirectory.Status(Made("d")).stx_uid);
        Assert.Equal(100000u, TestDirectory.Status(Made("d/l")).stx_uid);
        Assert.Equal(100000u, TestDirectory.Status(Destination).stx_uid);
        byte[] mapped = Attribute("f", "security.capability");
        Assert.Equal(24, mapped.Length);
        Assert.Equal(100000, BitConverter.ToInt32(mapped, 20));
        Directory.Delete(Destination, recursive: true);
        Assert.Contains("and the ids that are mapped are", Refused<ContainerException>(new TarBuilder().Entry("f", uid: 65536).Build(), options)
            .Message);
    }

    [RootFact]
    public void WithoutOwnersThereAreWarningsAndNoSetUserId()
    {
        var options = new ExtractOptions { SetOwners = false };
        RootfsDirectory result = Extract(new TarBuilder().Entry("f", uid: 7, mode: 0x9ed).Entry("g", uid: 8).Build(), options);
        Assert.Equal(Files.S_IFREG | 0x1ed, TestDirectory.Status(Made("f")).stx_mode);
        Assert.Equal(0u, TestDirectory.Status(Made("f")).stx_uid);
        Assert.Equal(2, result.Warnings.Count);
        Assert.Contains(result.Warnings, static w => w.Contains("2 times, first 'f'"));
    }

    [RootFact]
    public void NamesNeedNotBeText()
    {
        Extract(new TarBuilder().File("caf\u00e9", "latin").Build());
        Assert.Equal(0, Files.unlinkat(Files.AT_FDCWD, [.. Encoding.UTF8.GetBytes(Destination), (byte)'/', .. "caf"u8, 0xe9, 0]));
    }

    [RootFact]
    public void TheLastOfDuplicatesStays()
    {
        Extract(new TarBuilder().File("f", "1").File("f", "2").Directory("e").File("e", "3").File("g", "4").Directory("g")
            .Build());
        Assert.Equal("2", File.ReadAllText(Made("f")));
        Assert.Equal("3", File.ReadAllText(Made("e")));
        Assert.True(Directory.Exists(Made("g")));
    }

    [RootFact]
    public void ALayerRemovesWhatItsWhiteoutsName()
    {
        Extract(new TarBuilder().File("a", "1").File("d/x", "1").File("d/y", "1").File("o/old", "1").File("o/s/old", "1")
            .File("o/s/new", "1").Build());
        byte[] layer = new TarBuilder().File(".wh.a", "").File("d/.wh.x", "").File("o/s/new", "2").File("o/.wh..wh..opq", "")
            .File("o/after", "2").File(".wh.nothere", "").File("no/such/.wh.x", "").File(".wh..wh.plnk", "").Build();
        Extract(layer, new ExtractOptions { IsLayer = true, AllowNonEmptyDestination = true });
        string[] left = [.. Directory.GetFiles(Destination, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Destination, f)).Order(StringComparer.Ordinal)];
        Assert.Equal(["d/y", "o/after", "o/s/new"], left);
        Assert.Equal("2", File.ReadAllText(Made("o/s/new")));
    }

    [RootFact]
    public void WithoutLayersAWhiteoutIsAFile()
    {
        Extract(new TarBuilder().File("a", "1").File(".wh.a", "2").Build());
        Assert.Equal(["a", ".wh.a"], Directory.GetFiles(Destination).Select(Path.GetFileName).OrderDescending());
    }

    [RootFact]
    public void ADestinationThatExistsHasToBeEmptyAndStays()
    {
        Directory.CreateDirectory(Destination);
        Refused<InvalidArchiveException>(new TarBuilder().File("a", "1").File("../b", "").Build());
        Extract(new TarBuilder().File("a", "1").Build());
        Assert.Contains("not empty", Refused<ContainerException>(new TarBuilder().File("b", "1").Build()).Message);
        Assert.True(File.Exists(Made("a")));
        Extract(new TarBuilder().File("b", "1").Build(), new ExtractOptions { AllowNonEmptyDestination = true });
        Assert.True(File.Exists(Made("a")) && File.Exists(Made("b")));
    }

    [RootFact]
    public void BadPathsAreErrorsBeforeAnythingIsMade()
    {
        Assert.Contains("does not exist", Fails(Area["no.tar"], Destination).Message);
        Assert.Contains("is a directory", Fails(Area.Root, Destination).Message);
        File.WriteAllBytes(Area["t.tar"], new TarBuilder().File("a", "").Build());
        Assert.Contains("not a directory", Fails(Area["t.tar"], Area.Canary).Message);
        Assert.False(Directory.Exists(Destination));
    }

    private static ContainerException Fails(string archive, string destination) =>
        Assert.ThrowsAny<ContainerException>(() => RootfsExtractor.Extract(archive, destination));

    [RootFact]
    public void CancellingRemovesWhatWasMade()
    {
        var archive = new TarBuilder();
        for (int i = 0; i < 5000; i++)
            archive.File($"d/f{i}", "text");
        using var cancel = new CancellationTokenSource();
        int reports = 0;
        var options = new ExtractOptions { Progress = _ => { reports++; cancel.Cancel(); } };
        Assert.ThrowsAny<OperationCanceledException>(() => Extract(archive.Build(), options, cancel.Token));
        Assert.Equal(1, reports);
        Assert.Equal([Area.CanaryDirectory], Directory.GetFileSystemEntries(Area.Root));
    }

    private byte[] Attribute(string name, string attribute)
    {
        byte[] value = new byte[256];
        nint length = Files.lgetxattr(Encoding.UTF8.GetBytes(Made(name) + "\0"), Encoding.UTF8.GetBytes(attribute + "\0"), value);
        return value[..(int)Syscall.Check(length, "lgetxattr", name)];
    }
}
