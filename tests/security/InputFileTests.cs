using PSContainer.Containers.Compose;
using PSContainer.Containers.Options;
using PSContainer.Images;
using PSContainer.Kernel;
using PSContainer.Security.Seccomp;
using PSContainer.Tests;

namespace PSContainer.Security.Tests;

/// <summary>C-41 and C-42: a file that is to be read never ends, or never begins.</summary>
public sealed class InputFileTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly TestDirectory _area = new();

    public void Dispose() => _area.Dispose();

    [Theory]
    [Trait("Attack", "C-41")]
    [InlineData("environment")]
    [InlineData("filter")]
    public void A_fifo_is_no_file_of_words(string what)
    {
        string fifo = Fifo();
        File.CreateSymbolicLink(_area["link"], fifo);
        foreach (string path in new[] { fifo, _area["link"] })
            Assert.Contains("is a FIFO, not a regular file", Refusal(what, path), StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Attack", "C-42")]
    [InlineData("environment")]
    [InlineData("filter")]
    public void A_link_does_not_pass_the_limit(string what)
    {
        using (FileStream big = File.Create(_area["big"]))
        {
            big.Write("A="u8);
            big.SetLength(1L << 40);
        }
        File.CreateSymbolicLink(_area["link"], _area["big"]);
        File.CreateSymbolicLink(_area["endless"], "/dev/zero");
        long before = GC.GetTotalAllocatedBytes();
        Assert.Contains("is larger than 1 MiB", Refusal(what, _area["link"]), StringComparison.Ordinal);
        Assert.Contains("is a character device, not a regular file", Refusal(what, _area["endless"]), StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 16 << 20);
    }

    [Fact]
    [Trait("Attack", "C-42")]
    public void A_file_that_says_no_size_is_read_to_the_limit()
    {
        Assert.Contains("is not NAME=value", Refusal("environment", "/proc/self/status"), StringComparison.Ordinal);
        File.WriteAllText(_area["small"], "\uFEFFA=1\r\n# nothing\nB=2");
        Assert.Equal(["A=1", "B=2"], Compose(_area["small"]).Where(static one => one[1] == '='));
    }

    [Fact]
    [Trait("Attack", "C-41")]
    public async Task The_wait_for_an_archive_can_be_ended()
    {
        using var stop = new CancellationTokenSource();
        Task<RootfsDirectory> silent = Task.Run(() => RootfsExtractor.Extract(Fifo(), _area["out"], cancellation: stop.Token));
        Assert.NotSame(silent, await Task.WhenAny(silent, Task.Delay(500)));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => silent.WaitAsync(Patience));
        Assert.False(Path.Exists(_area["out"]));
        // The thread that reads may end later than who was told of the end.
        TestBundle.Eventually(HasNoReader, "nothing of it reads what the next one is sent");
    }

    [Fact]
    [Trait("Attack", "C-41")]
    public async Task An_archive_can_come_through_a_fifo()
    {
        File.WriteAllText(Path.Combine(_area.MakeDirectory("tree"), "file"), "content");
        string fifo = Fifo();
        Task<RootfsDirectory> reading = Task.Run(() => RootfsExtractor.Extract(fifo, _area["out"]));
        HostCommand.Run("sh", "-c", $"tar -C '{_area["tree"]}' -czf - . >'{fifo}'");
        Assert.Equal(2, (await reading.WaitAsync(Patience)).EntryCount);
        Assert.Equal("content", File.ReadAllText(Path.Combine(_area["out"], "file")));
    }

    private bool HasNoReader()
    {
        nint writer = Files.openat(Files.AT_FDCWD, _area["fifo"], Files.O_WRONLY | Files.O_NONBLOCK | Files.O_CLOEXEC);
        if (writer >= 0)
            new FileHandle((int)writer).Dispose();
        return writer == -Errno.ENXIO;
    }

    private string Fifo()
    {
        Syscall.Check(Files.mknodat(Files.AT_FDCWD, _area["fifo"], Files.S_IFIFO | 0x180, 0), "mknodat");
        return _area["fifo"];
    }

    private static string[] Compose(string environmentFile) => EnvironmentComposer.Format(
        EnvironmentComposer.Compose(new ContainerOptions { EnvironmentFiles = [environmentFile] }, "/root", hostname: null));

    private static string Refusal(string what, string path)
    {
        Task<string> refusal = Task.Run(() => Assert.ThrowsAny<ContainerException>(
            () => _ = what == "filter" ? (object)SeccompProfile.Read(path) : Compose(path)).Message);
        Assert.True(refusal.Wait(Patience), "it is read still");
        return refusal.Result;
    }
}
