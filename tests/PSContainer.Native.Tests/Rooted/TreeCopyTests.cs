using System.Diagnostics;
using PSContainer.Kernel;
using PSContainer.Rooted;
using PSContainer.Spec;
using PSContainer.Tests;
using PSContainer.Trees;

namespace PSContainer.Native.Tests.Rooted;

public sealed class TreeCopyTests : IDisposable
{
    private readonly TestDirectory area = new();
    private readonly RootedDirectory container;

    public TreeCopyTests()
    {
        container = RootedDirectory.OpenHost(area.MakeDirectory("root"));
        area.MakeDirectory("host/tree/sub");
        File.WriteAllText(Host("file"), "text");
        File.WriteAllText(Host("tree/a"), "a");
        File.WriteAllText(Host("tree/sub/b"), "b");
        File.CreateSymbolicLink(Host("tree/link"), "/etc/passwd");
        Files.fchmodat(Files.AT_FDCWD, [.. System.Text.Encoding.UTF8.GetBytes(Host("tree/a")), 0], 0xde8);
        File.SetLastWriteTimeUtc(Host("tree/a"), DateTime.UnixEpoch.AddSeconds(1_000_000_000));
    }

    public void Dispose()
    {
        container.Dispose();
        area.AssertCanaryUntouched();
        area.Dispose();
    }

    private string Host(string name) => Path.Combine(area["host"], name);

    private string Inside(string name) => Path.Combine(area["root"], name);

    private TreeCopyResult Into(string source, string destination, TreeCopyOptions? options = null) =>
        TreeCopy.Into(source, container, destination, options);

    private TreeCopyResult OutOf(string source, string destination, TreeCopyOptions? options = null) =>
        TreeCopy.OutOf(container, source, destination, options);

    private static EnumerationOptions OwnFiles =>
        new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    private string[] Tree(string directory) =>
        [.. Directory.GetFileSystemEntries(directory, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(directory, f)).Order(StringComparer.Ordinal)];

    [RootTheory]
    [InlineData("file", "/new", "new")]
    [InlineData("file", "/dir", "dir/file")]
    [InlineData("file", "dir/", "dir/file")]
    [InlineData("file", "/old", "old")]
    [InlineData("file", "/dir/../dir/./new", "dir/new")]
    public void AFileGoesWhereDockerCpPutsIt(string source, string destination, string expected)
    {
        Directory.CreateDirectory(Inside("dir"));
        File.WriteAllText(Inside("old"), "old");
        TreeCopyResult result = Into(Host(source), destination);
        Assert.Equal("text", File.ReadAllText(Inside(expected)));
        Assert.Equal((1, 4), (result.EntryCount, result.Length));
        Assert.Equal(Path.GetFullPath(expected, "/"), Path.GetFullPath(result.Path, "/"));
        Assert.DoesNotContain(Tree(area["root"]), static f => f.Contains(".psc-copy"));
    }

    [RootTheory]
    [InlineData("tree", "/new", "new")]
    [InlineData("tree/.", "/new", "new")]
    [InlineData("tree/", "/new/", "new")]
    [InlineData("tree", "/dir", "dir/tree")]
    [InlineData("tree/", "/dir", "dir/tree")]
    [InlineData("tree/.", "/dir", "dir")]
    [InlineData("tree/sub/..", "/dir", "dir")]
    public void ATreeGoesWhereDockerCpPutsIt(string source, string destination, string expected)
    {
        Directory.CreateDirectory(Inside("dir"));
        Into(Host(source), destination);
        Assert.Equal(["a", "link", "sub", "sub/b"], Tree(Inside(expected)));
        Assert.Equal("/etc/passwd", new FileInfo(Inside(expected + "/link")).LinkTarget);
        Files.statx_data data = TestDirectory.Status(Inside(expected + "/a"));
        Assert.Equal((Files.S_IFREG | 0xde8, 1_000_000_000L), ((uint)data.stx_mode, data.stx_mtime.tv_sec));
    }

    [RootTheory]
    [InlineData("file", "/no/such/file", "does not exist")]
    [InlineData("file", "/new/", "does not exist")]
    [InlineData("nothere", "/new", "does not exist")]
    [InlineData("tree", "/old", "not a directory")]
    [InlineData("tree/a/", "/new", "ENOTDIR")]
    [InlineData("tree/.", "/over", "in its place")]
    public void AWrongPathIsAnError(string source, string destination, string reason)
    {
        File.WriteAllText(Inside("old"), "old");
        Directory.CreateDirectory(Inside("over"));
        File.WriteAllText(Inside("over/sub"), "in the way");
        string[] before = Tree(area["root"]);
        Assert.Contains(reason, Assert.ThrowsAny<ContainerException>(() => Into(Host(source), destination)).Message);
        Assert.Equal(before, Tree(area["root"]));
    }

    [RootFact]
    public void WithoutRecurseADirectoryIsAnError() =>
        Assert.Contains("-Recurse", Assert.Throws<ContainerException>(() =>
            Into(Host("tree"), "/", new TreeCopyOptions { Recurse = false })).Recommendation);

    [RootFact]
    public void OwnersModesAndMappingsAreAsAsked()
    {
        Into(Host("tree"), "/own", new TreeCopyOptions { Owner = (7, 8), Mode = 0x180 });
        Files.statx_data data = TestDirectory.Status(Inside("own/a"));
        Assert.Equal((Files.S_IFREG | 0x180, 7u, 8u), ((uint)data.stx_mode, data.stx_uid, data.stx_gid));
        Assert.Equal(7u, TestDirectory.Status(Inside("own/link")).stx_uid);
        IdMapping[] map = [new IdMapping { HostId = 100000, Size = 10 }];
        Into(Host("file"), "/mapped", new TreeCopyOptions { UidMappings = map, GidMappings = map, Owner = (7, 0) });
        Assert.Equal(100007u, TestDirectory.Status(Inside("mapped")).stx_uid);
        var unmapped = new TreeCopyOptions { UidMappings = map, GidMappings = map, Owner = (10, 0) };
        Assert.ThrowsAny<ContainerException>(() => Into(Host("file"), "/x", unmapped));
    }

    [RootTheory]
    [Trait("Attack", "B-16")]
    [Trait("CVE", "CVE-2018-15664")]
    [Trait("CVE", "CVE-2019-10152")]
    [Trait("CVE", "CVE-2019-18466")]
    [Trait("CVE", "CVE-2026-41568")]
    [Trait("CVE", "CVE-2026-42306")]
    [InlineData("{canary}")]
    [InlineData("../../../../canary")]
    public void ALinkOfTheContainerLeadsInside(string target)
    {
        target = target.Replace("{canary}", area.CanaryDirectory);
        File.CreateSymbolicLink(Inside("link"), target);
        File.CreateSymbolicLink(Inside("file"), target + "/file");
        Assert.ThrowsAny<ContainerException>(() => Into(Host("file"), "/link/file"));
        Assert.ThrowsAny<ContainerException>(() => Into(Host("file"), "/file"));
        Assert.ThrowsAny<ContainerException>(() => OutOf("/link/file", Host("got")));
        Assert.ThrowsAny<ContainerException>(() => OutOf("/link/.", Host("got")));
        OutOf("/file", Host("got"));
        Assert.Equal(target + "/file", new FileInfo(Host("got")).LinkTarget);
    }

    [RootFact]
    [Trait("Attack", "B-16")]
    [Trait("CVE", "CVE-2018-15664")]
    [Trait("CVE", "CVE-2019-10152")]
    [Trait("CVE", "CVE-2019-18466")]
    [Trait("CVE", "CVE-2026-41568")]
    [Trait("CVE", "CVE-2026-42306")]
    public void ALinkInATreeIsNotWrittenThrough()
    {
        Directory.CreateDirectory(Inside("t"));
        File.CreateSymbolicLink(Inside("t/a"), area.Canary);
        Into(Host("tree/."), "/t");
        Assert.Equal("a", File.ReadAllText(Inside("t/a")));
        Assert.Null(new FileInfo(Inside("t/a")).LinkTarget);
        Directory.Delete(Inside("t/sub"), recursive: true);
        File.CreateSymbolicLink(Inside("t/sub"), area.CanaryDirectory);
        Assert.ThrowsAny<ContainerException>(() => Into(Host("tree/."), "/t"));
    }

    [RootFact]
    public void AFileOverALinkToAFileInsideChangesTheFile()
    {
        Directory.CreateDirectory(Inside("run"));
        File.WriteAllText(Inside("run/conf"), "old");
        File.CreateSymbolicLink(Inside("conf"), "/run/conf");
        Into(Host("file"), "/conf");
        Assert.Equal("text", File.ReadAllText(Inside("run/conf")));
        Assert.NotNull(new FileInfo(Inside("conf")).LinkTarget);
    }

    [RootFact]
    public void DevicesAndSetUserIdStayInTheContainer()
    {
        Directory.CreateDirectory(Inside("t"));
        Files.mknodat(Files.AT_FDCWD, Inside("t/disk"), Files.S_IFBLK | 0x1b6, Files.makedev(7, 0));
        Files.mknodat(Files.AT_FDCWD, Inside("t/fifo"), Files.S_IFIFO | 0x1b6, 0);
        File.WriteAllText(Inside("t/su"), "su");
        Files.fchmodat(Files.AT_FDCWD, [.. System.Text.Encoding.UTF8.GetBytes(Inside("t/su")), 0], 0x9ed);
        TreeCopyResult result = OutOf("/t", Host("t"));
        Assert.Equal(["fifo", "su"], Tree(Host("t")));
        Assert.Equal(Files.S_IFREG | 0x1ed, TestDirectory.Status(Host("t/su")).stx_mode);
        Assert.Equal(2, result.Warnings.Count);
        OutOf("/t", Host("all"), new TreeCopyOptions { KeepPrivileges = true });
        Assert.Equal(["disk", "fifo", "su"], Tree(Host("all")));
        Assert.Equal(Files.S_IFREG | 0x9ed, TestDirectory.Status(Host("all/su")).stx_mode);
    }

    private static byte[] Bytes(string path) => [.. System.Text.Encoding.UTF8.GetBytes(path), 0];

    private static void Give(string path, uint uid, uint gid, uint mode)
    {
        Syscall.Check(Files.fchownat(Files.AT_FDCWD, Bytes(path), uid, gid, 0), "fchownat", path);
        Syscall.Check(Files.fchmodat(Files.AT_FDCWD, Bytes(path), mode), "fchmodat", path);
    }

    private static byte[]? Attribute(string path, string name)
    {
        byte[] value = new byte[64];
        nint length = Files.lgetxattr(Bytes(path), Bytes(name), value);
        return length < 0 ? null : value[..(int)length];
    }

    [RootFact]
    public void ASetUserIdBitDoesNotComeToLendTheRightsOfAnother()
    {
        const uint SetBoth = 0xded, Plain = 0x1ed;
        IdMapping[] map = [new IdMapping { HostId = 100000, Size = 65536 }];
        var mapped = new TreeCopyOptions { UidMappings = map, GidMappings = map };
        Give(Host("file"), 1001, 1001, SetBoth);
        Check("/ofroot", new(), (0, Plain), warnings: 1);
        Check("/ofmappedroot", mapped, (100000, Plain), warnings: 1);
        Check("/ofother", new() { Owner = (1002, 1002) }, (1002, Plain), warnings: 1);
        Check("/ofsame", new() { Owner = (1001, 1001) }, (1001, SetBoth), warnings: 0);
        Check("/asked", new() { Mode = SetBoth }, (0, SetBoth), warnings: 0);
        Give(Host("file"), 0, 42, SetBoth);
        Check("/withoutgroup", new(), (0, SetBoth & ~Files.S_ISGID), warnings: 1);
        Give(Host("file"), 0, 0, SetBoth);
        Check("/rootofboth", mapped, (100000, SetBoth), warnings: 0);
        Give(Host("tree/a"), 1001, 1001, SetBoth);
        Assert.Single(Into(Host("tree"), "/tree").Warnings);
        Assert.Equal(Files.S_IFREG | Plain, TestDirectory.Status(Inside("tree/a")).stx_mode);

        void Check(string path, TreeCopyOptions options, (uint Uid, uint Mode) expected, int warnings)
        {
            TreeCopyResult result = Into(Host("file"), path, options);
            Files.statx_data data = TestDirectory.Status(Inside(path[1..]));
            Assert.Equal((expected.Uid, Files.S_IFREG | expected.Mode), (data.stx_uid, (uint)data.stx_mode));
            Assert.Equal(warnings, result.Warnings.Count);
        }
    }

    [RootFact]
    public void WhatIsReplacedLendsItsRightsToNoOtherOwner()
    {
        const uint SetUserId = 0x9ed;
        File.WriteAllText(Inside("old"), "old");
        Give(Inside("old"), 1001, 1001, SetUserId);
        Files.lsetxattr(Bytes(Inside("old")), "user.note\0"u8, "kept"u8);
        Assert.Empty(Into(Host("file"), "/old", new() { KeepReplaced = true }).Warnings);
        Assert.Equal((1001u, Files.S_IFREG | SetUserId), OwnerAndMode());
        Assert.Equal("kept"u8.ToArray(), Attribute(Inside("old"), "user.note"));
        Assert.Single(Into(Host("file"), "/old", new() { KeepReplaced = true, Owner = (0, 0) }).Warnings);
        Assert.Equal((0u, Files.S_IFREG | 0x1edu), OwnerAndMode());

        (uint, uint) OwnerAndMode() =>
            TestDirectory.Status(Inside("old")) is var data ? (data.stx_uid, (uint)data.stx_mode) : default;
    }

    [RootFact]
    public void ACopyAsItIsKeepsOwners()
    {
        File.WriteAllText(Inside("su"), "su");
        Give(Inside("su"), 1001, 1002, 0xded);
        OutOf("/su", Host("su"), new TreeCopyOptions { KeepPrivileges = true, KeepOwners = true });
        Files.statx_data data = TestDirectory.Status(Host("su"));
        Assert.Equal((1001u, 1002u, Files.S_IFREG | 0xdedu), (data.stx_uid, data.stx_gid, (uint)data.stx_mode));
    }

    [RootTheory]
    [InlineData(Files.S_IFCHR, "character device")]
    [InlineData(Files.S_IFBLK, "block device")]
    [InlineData(Files.S_IFIFO, "FIFO")]
    public void ADeviceOrFifoIsNotReplaced(uint type, string kind)
    {
        ulong device = type == Files.S_IFIFO ? 0 : Files.makedev(7, 250);
        Files.mknodat(Files.AT_FDCWD, Inside("node"), type | 0x1b6, device);
        Files.mknodat(Files.AT_FDCWD, Host("tree/node"), type | 0x1b6, device);
        File.WriteAllText(Inside("f"), "f");
        File.CreateSymbolicLink(Inside("way"), "node");
        ulong before = TestDirectory.Status(Inside("node")).stx_ino;
        var keep = new TreeCopyOptions { KeepReplaced = true };
        Action[] copies =
        [
            () => Into(Host("file"), "/node"), () => Into(Host("file"), "/node", keep), () => Into(Host("file"), "/way", keep),
            () => Into(Host("tree/link"), "/node"), () => OutOf("/f", Host("tree/node")),
        ];
        foreach (Action copy in copies)
            Assert.Contains($"' is a {kind}, which no copy", Assert.Throws<ContainerException>(copy).Message);
        Assert.Equal(before, TestDirectory.Status(Inside("node")).stx_ino);
        Assert.Equal(["f", "node", "way"], Tree(area["root"]));
        // One of the same kind and number takes nothing from anybody.
        Into(Host("tree/node"), "/node");
        Assert.Equal(type, TestDirectory.Status(Inside("node")).stx_mode & Files.S_IFMT);
    }

    [RootFact]
    public void AttributesComeAlongExceptRightsThatComeOut()
    {
        // CAP_NET_RAW, permitted and effective: struct vfs_cap_data of version 2.
        byte[] capability = [1, 0, 0, 2, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        Syscall.Check(Files.lsetxattr(Bytes(Host("tree/a")), "security.capability\0"u8, capability), "lsetxattr");
        Syscall.Check(Files.lsetxattr(Bytes(Host("tree/a")), "user.note\0"u8, "file"u8), "lsetxattr");
        Syscall.Check(Files.lsetxattr(Bytes(Host("tree/sub")), "user.note\0"u8, "directory"u8), "lsetxattr");
        Assert.Empty(Into(Host("tree"), "/in").Warnings);
        Assert.Equal(capability, Attribute(Inside("in/a"), "security.capability"));
        Assert.Equal("file"u8.ToArray(), Attribute(Inside("in/a"), "user.note"));
        Assert.Equal("directory"u8.ToArray(), Attribute(Inside("in/sub"), "user.note"));

        // Of a container whose root is another user the capability is that root's: 100000.
        IdMapping[] map = [new IdMapping { HostId = 100000, Size = 65536 }];
        Into(Host("tree/a"), "/mapped", new() { UidMappings = map, GidMappings = map });
        Assert.Equal([0xa0, 0x86, 1, 0], Attribute(Inside("mapped"), "security.capability")![20..]);

        Give(Inside("in/a"), 0, 0, 0x1ed);
        Syscall.Check(Files.lsetxattr(Bytes(Inside("in/a")), "security.capability\0"u8, capability), "lsetxattr");
        string warning = Assert.Single(OutOf("/in", Host("out")).Warnings);
        Assert.Equal($"The attribute security.capability of '{Host("out/a")}' was left out.", warning);
        Assert.Null(Attribute(Host("out/a"), "security.capability"));
        Assert.Equal("file"u8.ToArray(), Attribute(Host("out/a"), "user.note"));
        Assert.Equal("directory"u8.ToArray(), Attribute(Host("out/sub"), "user.note"));
    }

    [RootFact]
    public void NamesOfOneFileStayNamesOfOneFile()
    {
        Link("tree/a", "tree/sub/again");
        Link("tree/sub/b", "tree/other");
        Link("tree/link", "tree/sub/link");
        for (int round = 0; round < 2; round++) // The second time over what is there.
        {
            TreeCopyResult result = Into(Host("tree"), "/in");
            Assert.Equal(2, result.Length);
            foreach ((string one, string other) in new[] { ("a", "sub/again"), ("sub/b", "other"), ("link", "sub/link") })
            {
                string prefix = round == 0 ? "in/" : "in/tree/";
                Files.statx_data first = TestDirectory.Status(Inside(prefix + one));
                Assert.Equal(first.stx_ino, TestDirectory.Status(Inside(prefix + other)).stx_ino);
                Assert.Equal(2u, first.stx_nlink);
            }
        }
        Into(Host("tree/."), "/in");
        Assert.Equal(TestDirectory.Status(Inside("in/a")).stx_ino, TestDirectory.Status(Inside("in/sub/again")).stx_ino);
        OutOf("/in/.", Host("out"));
        Assert.Equal(TestDirectory.Status(Host("out/a")).stx_ino, TestDirectory.Status(Host("out/sub/again")).stx_ino);
        Assert.DoesNotContain(Tree(area["root"]), static f => f.Contains(".psc-copy"));

        void Link(string from, string to) =>
            Syscall.Check(Files.linkat(Files.AT_FDCWD, Bytes(Host(from)), Files.AT_FDCWD, Bytes(Host(to))), "linkat");
    }

    [RootFact]
    public void AFullFilesystemIsNamedAndNotTheSource()
    {
        string small = area.MakeDirectory("root/small");
        File.WriteAllBytes(Host("big"), new byte[1 << 20]);
        Syscall.Check(MountCalls.mount("none", small, "tmpfs", 0, "size=64k"), "mount");
        try
        {
            var error = Assert.Throws<ContainerException>(() => Into(Host("big"), "/small"));
            Assert.StartsWith($"write '{small}/big': ENOSPC", error.Message, StringComparison.Ordinal);
            Assert.Equal($"{small}/big", error.Target);
            Assert.Empty(Tree(small));
        }
        finally
        {
            MountCalls.umount2(small, 0);
        }
    }

    [RootFact]
    public void HolesStayHoles()
    {
        using (FileStream file = File.Create(Inside("sparse")))
        {
            file.Seek(5 << 20, SeekOrigin.Begin);
            file.Write("data"u8);
            file.SetLength(1L << 30);
        }
        TreeCopyResult result = OutOf("sparse", Host("sparse"));
        Assert.Equal(1L << 30, new FileInfo(Host("sparse")).Length);
        Assert.True(TestDirectory.Status(Host("sparse")).stx_blocks * 512 < 1 << 20);
        Assert.InRange(result.Length, 4, 1 << 20);
        using FileStream copy = File.OpenRead(Host("sparse"));
        copy.Seek(5 << 20, SeekOrigin.Begin);
        Assert.Equal((byte)'d', copy.ReadByte());
    }

    [RootFact]
    public void ATreeIsNotCopiedIntoItself()
    {
        Directory.CreateDirectory(Inside("in"));
        string[] before = Tree(area["root"]);
        Assert.Contains("into itself", Assert.ThrowsAny<ContainerException>(() => Into(area["root"], "/in")).Message);
        Assert.Equal(before, Tree(area["root"]));
    }

    [RootFact]
    public void ALimitEndsTheCopyAndUndoesIt()
    {
        Directory.CreateDirectory(Inside("dir"));
        Assert.ThrowsAny<ContainerException>(() => Into(Host("tree/."), "/dir", new TreeCopyOptions { MaxEntries = 2 }));
        Assert.ThrowsAny<ContainerException>(() => Into(Host("tree"), "/dir", new TreeCopyOptions { MaxBytes = 1 }));
        Assert.Equal(["dir"], Tree(area["root"]));
    }

    [RootTheory]
    [InlineData("file", "/proc/sys/kernel/hostname")]
    [InlineData("file", "/proc/sys/kernel")]
    [InlineData("tree/.", "/sys/fs")]
    public void WhatTheKernelMakesUpIsNoDestination(string source, string destination)
    {
        using RootedDirectory own = RootedDirectory.OpenHost($"/proc/{Environment.ProcessId}/root");
        var error = Assert.Throws<ContainerException>(() => TreeCopy.Into(Host(source), own, destination));
        Assert.StartsWith("Nothing can be copied to '", error.Message, StringComparison.Ordinal);
        Assert.Contains(destination, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(area["host"], error.Message, StringComparison.Ordinal);
        Assert.Contains(destination, error.Target, StringComparison.Ordinal);
    }

    [RootFact]
    public void ARunningProcessRootIsACopySide()
    {
        using RootedDirectory own = RootedDirectory.OpenHost($"/proc/{Environment.ProcessId}/root");
        TreeCopy.OutOf(own, Host("tree"), Host("again"));
        Assert.Equal(["a", "link", "sub", "sub/b"], Tree(Host("again")));
        TreeCopyResult made = TreeCopy.OutOf(
            own, "/proc/self/status".Replace("self", Environment.ProcessId.ToString()), Host("status"));
        Assert.True(made.Length > 100);
        TreeCopyResult tree = TreeCopy.OutOf(own, $"/proc/{Environment.ProcessId}/status", Host("again"));
        Assert.Equal(1, tree.EntryCount);
    }

    [RootFact]
    [Trait("Attack", "B-16")]
    [Trait("CVE", "CVE-2018-15664")]
    [Trait("CVE", "CVE-2019-10152")]
    [Trait("CVE", "CVE-2019-18466")]
    [Trait("CVE", "CVE-2026-41568")]
    [Trait("CVE", "CVE-2026-42306")]
    public void AnExchangedDirectoryNeverLeadsOut()
    {
        Directory.CreateDirectory(Inside("swap/sub"));
        File.WriteAllText(Inside("swap/sub/file"), "inside");
        Directory.CreateDirectory(Inside("swap2"));
        File.CreateSymbolicLink(Inside("swap2/sub"), area.CanaryDirectory);
        File.CreateSymbolicLink(Inside("other"), area.CanaryDirectory);
        int done = 0, refused = 0;
        using (new Swapper(Inside("swap"), Inside("other")))
        using (new Swapper(Inside("swap/sub"), Inside("swap2/sub")))
        {
            var time = Stopwatch.StartNew();
            // On, where the machine is so slow that little was tried by then.
            for (int i = 0; time.Elapsed < TimeSpan.FromSeconds(2) || (!WasRun() && time.Elapsed < TimeSpan.FromMinutes(1)); i++)
            {
                Try(() => Into(Host("tree/sub/."), "/swap/sub"));
                Try(() => Into(Host("tree/sub"), "/swap"));
                string got = Host($"got{i}"); // A new one: a link that was copied there would be the caller's own to follow.
                Try(() => OutOf("/swap", got));
                if (Directory.Exists(got) && new FileInfo(got).LinkTarget is null)
                    Assert.DoesNotContain(Directory.GetFiles(got, "*", OwnFiles), static f => File.ReadAllText(f) == "untouched");
            }
        }
        Assert.True(WasRun(), $"the race was not run: {done} done, {refused} refused");

        bool WasRun() => done > 10 && refused > 10;

        void Try(Action copy)
        {
            try
            {
                copy();
                done++;
            }
            catch (ContainerException)
            {
                refused++;
            }
        }
    }
}
