using PSContainer.Kernel;
using PSContainer.Rooted;
using PSContainer.Tests;
using PSContainer.Trees;

namespace PSContainer.Native.Tests.Rooted;

public sealed class TreeRemovalTests : IDisposable
{
    private readonly TestDirectory area = new();

    public void Dispose()
    {
        area.AssertCanaryUntouched();
        area.Dispose();
    }

    [Fact]
    public void LinksAreRemovedAndNotFollowed()
    {
        area.MakeDirectory("tree/sub");
        File.CreateSymbolicLink(area["tree/sub/link"], area.CanaryDirectory);
        File.CreateSymbolicLink(area["link"], area.CanaryDirectory);
        TreeRemoval.Remove(area["tree"]);
        TreeRemoval.Remove(area["link"]);
        TreeRemoval.Remove(area["link"] + "/");
        TreeRemoval.Remove(area["no/such"]);
        Assert.Equal([area.CanaryDirectory], Directory.GetFileSystemEntries(area.Root));
    }

    [Fact]
    public void NamesNeedNotBeText()
    {
        using RootedDirectory root = RootedDirectory.OpenHost(area.MakeDirectory("tree"));
        for (byte first = 0x80; first < 0xff; first++)
            Assert.Equal(0, Files.mkdirat(root.Fd, [first, 0xfe, 0], 0x1c0));
        TreeRemoval.Remove(area["tree"]);
        Assert.False(Directory.Exists(area["tree"]));
    }

    [Fact]
    public void WhoStopsItKeepsTheRest()
    {
        area.MakeDirectory("tree/sub");
        Assert.Throws<OperationCanceledException>(() => TreeRemoval.Remove(area["tree"], new CancellationToken(canceled: true)));
        Assert.True(Directory.Exists(area["tree/sub"]));
    }

    [Fact]
    public async Task TwoMayRemoveTheSameTree()
    {
        for (int round = 0; round < 200; round++)
        {
            for (int i = 0; i < 8; i++)
                area.MakeDirectory($"tree/{i}/a/b");
            using Barrier together = new(2);
            // With a thread of its own, the other surely runs beside this one.
            Task other = Task.Factory.StartNew(
                RemoveTogether, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            RemoveTogether();
            await other;
            Assert.False(Directory.Exists(area["tree"]));

            void RemoveTogether()
            {
                together.SignalAndWait();
                TreeRemoval.Remove(area["tree"]);
            }
        }
    }

    [RootFact]
    public void AMountIsNotEntered()
    {
        area.MakeDirectory("tree/mnt");
        File.WriteAllText(area["tree/mnt/file"], "kept");
        Run("mount", "--bind", area["tree/mnt"], area["tree/mnt"]);
        try
        {
            Assert.Contains("mount point", Assert.Throws<ContainerException>(() => TreeRemoval.Remove(area["tree"])).Message);
            Assert.True(File.Exists(area["tree/mnt/file"]));
        }
        finally
        {
            Run("umount", area["tree/mnt"]);
        }
    }

    private static void Run(string command, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(command, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
