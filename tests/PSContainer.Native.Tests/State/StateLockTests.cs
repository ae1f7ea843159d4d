using PSContainer.Containers;
using PSContainer.Kernel;
using PSContainer.Monitor;
using PSContainer.State;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.State;

/// <summary>Who only looks hinders nobody, and takes nothing for what it is not.</summary>
public sealed class StateLockTests : IDisposable
{
    private const string Id = "psc-test-lock";
    private const int LOCK_SH = 1;

    private readonly TestDirectory directory = new();
    private readonly StateStore store;

    public StateLockTests()
    {
        store = new StateStore(directory["state"]);
        store.Claim(Id).Dispose();
    }

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task AReaderIsNoTransition()
    {
        File.WriteAllText(store.FileOf(Id, "lock"), "");
        FileHandle reader = Share("lock");
        Task<StateLock?> taken = Task.Run(() => store.TryLock(Id, wait: false));
        await Task.Delay(100);
        reader.Dispose();
        using StateLock? transition = await taken;
        Assert.NotNull(transition);
        Assert.Null(store.TryLock(Id, wait: false));
    }

    [Fact]
    public async Task OneThatIsBeingRemovedIsNotGoneYet()
    {
        using FileHandle held = store.Hold(Id)!;
        // Its files, with that of its monitor, went first.
        Task gone = Task.Run(() => ExitWatch.AwaitMonitor(store.DirectoryOf(Id)));
        await Task.Delay(100);
        Assert.False(gone.IsCompleted);
        Directory.Delete(store.DirectoryOf(Id), recursive: true);
        await gone;
    }

    [Fact]
    public async Task AReaderIsNoMonitor()
    {
        File.WriteAllText(store.FileOf(Id, "monitor"), "");
        using FileHandle state = new((int)Syscall.Check(
            Files.openat(Files.AT_FDCWD, store.DirectoryOf(Id), Files.O_RDONLY | Files.O_DIRECTORY | Files.O_CLOEXEC), "openat"));
        FileHandle reader = Share("monitor");
        Task<int> taken = Task.Run(() => StateFile.Lock(state.Fd));
        // Longer than another monitor would be waited for.
        await Task.Delay(500);
        reader.Dispose();
        using FileHandle monitor = new(await taken);
        Assert.True(monitor.Fd >= 0);
        Assert.Equal(-Errno.EAGAIN, await Task.Run(() => StateFile.Lock(state.Fd)));
    }

    [Fact]
    public async Task OneThatIsClaimedIsBeingMadeFromTheFirstLookOn()
    {
        for (int i = 0; i < 300; i++)
        {
            string id = $"psc-test-claimed-{i}";
            Task<ContainerStatus> seen = Task.Run(() =>
            {
                SpinWait.SpinUntil(() => store.Exists(id));
                return store.StatusOf(id);
            });
            using FileHandle held = store.Claim(id);
            Assert.Equal(ContainerStatus.Creating, await seen);
        }
    }

    [Fact]
    public void AnIdThatIsTakenLeavesNothing()
    {
        string[] before = Directory.GetFileSystemEntries(store.Root);
        Assert.Throws<ContainerAlreadyExistsException>(() => store.Claim(Id));
        Assert.Equal(before, Directory.GetFileSystemEntries(store.Root));
    }

    [Fact]
    public void OneThatIsBeingMadeOrRemovedIsNotDead()
    {
        using (store.Hold(Id))
            Assert.Equal(ContainerStatus.Creating, store.StatusOf(Id));
        Assert.Equal(ContainerStatus.Dead, store.StatusOf(Id));
    }

    [Fact]
    public void WhoAsksMakesNothing()
    {
        Assert.Equal(ContainerStatus.Dead, store.StatusOf(Id));
        Assert.Empty(Directory.GetFileSystemEntries(store.DirectoryOf(Id)));
    }

    [Fact]
    public void OneThatIsFinishedWhileItIsLookedAtIsNotDead()
    {
        ContainerState? before = store.Read(Id);
        using (store.TryLock(Id, wait: false))
            store.Write(new ContainerState { Id = Id, Bundle = "/", Pid = Environment.ProcessId, PidStartTime = 1 });
        Assert.Equal(ContainerStatus.Creating, store.StatusOf(Id, before));
        Assert.Equal(ContainerStatus.Exited, store.StatusOf(Id));
    }

    private FileHandle Share(string file)
    {
        FileHandle reader = new((int)Syscall.Check(
            Files.openat(Files.AT_FDCWD, store.FileOf(Id, file), Files.O_RDONLY | Files.O_CLOEXEC), "openat"));
        Syscall.Check(Syscall.Call(SyscallNumber.flock, reader.Fd, LOCK_SH), "flock");
        return reader;
    }
}
