using System.Diagnostics;
using PSContainer.Kernel;
using PSContainer.Rooted;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Rooted;

public sealed class RootedDirectoryTests : IDisposable
{
    private readonly TestDirectory directory = new();
    private readonly RootedDirectory root;

    public RootedDirectoryTests() => root = RootedDirectory.OpenHost(directory.MakeDirectory("root"));

    public void Dispose()
    {
        root.Dispose();
        directory.AssertCanaryUntouched();
        directory.Dispose();
    }

    private string Inside(string name) => Path.Combine(directory["root"], name);

    [Theory]
    [InlineData("{canary}")]
    [InlineData("../canary/file")]
    [InlineData("../../../../../../../..{canary}")]
    public void ALinkOutLeadsInside(string target)
    {
        File.CreateSymbolicLink(Inside("link"), target.Replace("{canary}", directory.Canary));
        Assert.False(root.Exists("link"));
        Assert.Null(root.TryReadAllBytes("/link", 100));
        var error = Assert.Throws<ContainerException>(() => root.ReadAllBytes("/link", 100));
        Assert.Equal(Errno.ENOENT, error.Errno);
        Assert.Contains("root/link", error.Message);
    }

    [Fact]
    public void AnAbsoluteLinkStartsAtTheRoot()
    {
        Directory.CreateDirectory(Inside("etc"));
        File.WriteAllText(Inside("etc/real"), "inside");
        File.CreateSymbolicLink(Inside("link"), "/../etc/real");
        Assert.Equal("inside"u8, root.ReadAllBytes("/link", 100));
        Assert.True(root.Exists("/etc/../../../etc/real"));
        var error = Assert.Throws<ContainerException>(() => root.ReadAllBytes("link", 100, followLast: false));
        Assert.Contains("symbolic link", error.Message);
    }

    [Fact]
    public void MagicLinksAreNotFollowed()
    {
        using RootedDirectory host = RootedDirectory.OpenHost("/");
        Assert.Equal(Errno.ELOOP, Assert.Throws<ContainerException>(() => host.Exists("/proc/self/root/etc")).Errno);
    }

    [Fact]
    public void AFifoIsRefusedWithoutWaiting()
    {
        Assert.Equal(0, Files.mknodat(Files.AT_FDCWD, Inside("fifo"), Files.S_IFIFO | 0x1b6, 0));
        // Nobody ever writes to it: an open that waits would wait for good.
        var error = Assert.Throws<ContainerException>(() => root.ReadAllBytes("fifo", 100));
        Assert.Contains("FIFO", error.Message);
    }

    [Fact]
    public void AFileLargerThanTheLimitIsRefusedBeforeItIsRead()
    {
        using (FileStream file = File.Create(Inside("large")))
            file.SetLength(2L << 30);
        Assert.Contains("larger than", Assert.Throws<ContainerException>(() => root.ReadAllBytes("large", 4096)).Message);
        File.WriteAllText(Inside("exact"), new string('x', 4096));
        Assert.Equal(4096, root.ReadAllBytes("exact", 4096).Length);
        Assert.Throws<ContainerException>(() => root.ReadAllBytes("exact", 4095));
    }

    [Fact]
    public void MakeDirectoriesStaysInside()
    {
        File.CreateSymbolicLink(Inside("out"), directory.CanaryDirectory);
        File.CreateSymbolicLink(Inside("up"), "../../..");
        Assert.Throws<ContainerException>(() => root.MakeDirectories("/out/new").Dispose());
        root.MakeDirectories("/up/a/b").Dispose();
        root.MakeDirectories("../../c//d/").Dispose();
        Assert.True(Directory.Exists(Inside("a/b")));
        Assert.True(Directory.Exists(Inside("c/d")));
    }

    [Fact]
    public void OpenParentWantsAName()
    {
        using (root.OpenParent("/file", out string name))
            Assert.Equal("file", name);
        using (root.OpenParent("file///", out string name))
            Assert.Equal("file", name);
        Assert.Throws<InvalidSpecException>(() => root.OpenParent("/..", out _));
        Assert.Throws<InvalidSpecException>(() => root.OpenParent("/", out _));
        Assert.Equal(Errno.ENOENT, Assert.Throws<ContainerException>(() => root.OpenParent("/gone/file", out _)).Errno);
    }

    [Fact]
    public void ANulIsRefused() => Assert.Throws<InvalidSpecException>(() => root.Exists("a\0b"));

    [Fact]
    public void AMissingRootAndAFileAreNamed()
    {
        Assert.Contains("does not exist", Assert.Throws<RootfsNotFoundException>(() => RootedDirectory.OpenHost(Inside("x")))
            .Message);
        string file = directory.Canary;
        Assert.Contains("not a directory", Assert.Throws<RootfsNotFoundException>(() => RootedDirectory.OpenHost(file)).Message);
    }

    [Fact]
    public void AnExchangedDirectoryNeverLeadsOut()
    {
        Directory.CreateDirectory(Inside("swap"));
        File.WriteAllText(Inside("swap/file"), "inside");
        File.CreateSymbolicLink(Inside("other"), directory.CanaryDirectory);
        using var swapper = new Swapper(Inside("swap"), Inside("other"));
        int read = 0, missing = 0;
        var time = Stopwatch.StartNew();
        // On, where the other thread has not had its turn yet.
        while (time.Elapsed < TimeSpan.FromSeconds(1) || ((read == 0 || missing == 0) && time.Elapsed < TimeSpan.FromMinutes(1)))
        {
            byte[]? content = root.TryReadAllBytes("swap/file", 100);
            Assert.True(content is null || content.AsSpan().SequenceEqual("inside"u8));
            _ = content is null ? missing++ : read++;
        }
        Assert.True(read > 0 && missing > 0, $"the race was not run: {read} read, {missing} missing");
    }
}
