using PSContainer.Hooks;
using PSContainer.Kernel;
using PSContainer.Runtimes;
using PSContainer.Spec;
using PSContainer.Steps.Child;

namespace PSContainer.State;

/// <summary>The two FIFOs of a created container: a byte in one starts it, the end of the other is its success.</summary>
public static unsafe class StartFifo
{
    /// <summary>File name of the FIFO that the parked init reads.</summary>
    public const string StartName = "start";

    /// <summary>File name of the FIFO that a failure of execve comes through.</summary>
    public const string ResultName = "result";

    /// <summary>Makes a FIFO and opens both its ends at once, so that it never blocks and never ends while the init waits.</summary>
    /// <exception cref="ContainerException">A call failed.</exception>
    internal static FileHandle Make(string path)
    {
        const int Fifo = 0x1000, OwnerOnly = 0x180;
        using var name = new CString(path);
        Syscall.Check(Syscall.Call(SyscallNumber.mknodat, Files.AT_FDCWD, name, Fifo | OwnerOnly, 0), "mknodat", path);
        return Open(path, Files.O_RDWR);
    }

    /// <summary>Starts the command of a created container and waits until it is executed.</summary>
    /// <param name="store">Where its state is.</param>
    /// <param name="id">The container.</param>
    /// <param name="executable">Names the executable, which removes what belongs to a user's subordinate ids.</param>
    /// <param name="warn">Gets what failed without the operation failing.</param>
    /// <exception cref="ContainerStateException">The container is not waiting to be started.</exception>
    /// <exception cref="ContainerHookException">A hook failed, and the container is gone.</exception>
    /// <exception cref="ContainerException">The command could not be executed.</exception>
    public static void Start(StateStore store, string id, Func<string> executable, Action<string>? warn = null)
    {
        string startPath = store.FileOf(id, StartName), resultPath = store.FileOf(id, ResultName);
        using StateLock transition = store.TryLock(id, wait: true)!;
        ContainerState? state = store.Read(id);
        ContainerStatus status = store.StatusOf(id, state);
        if (status != ContainerStatus.Created)
            throw NotStartable(id, status);
        // It would begin only when somebody resumes it, and this would wait so long.
        if (CgroupFreezer.IsFrozen(state!.Cgroups))
            throw NotStartable(id, ContainerStatus.Paused);
        if (OciRuntime.Of(store, id) is { } other)
        {
            other.Start();
            Remove(startPath);
            return;
        }
        if (state!.IsWithoutProcess)
            throw new InvalidSpecException($"The configuration of the container '{id}' has no process to start.", "Delete the container, and make it anew with a 'process' that has 'args'.") { Target = id };
        using FileHandle result = Open(resultPath, Files.O_RDONLY | Files.O_NONBLOCK);
        using (FileHandle start = Open(startPath, Files.O_WRONLY | Files.O_NONBLOCK))
        {
            byte go = Handshake.Go;
            Syscall.Check(Syscall.Call(SyscallNumber.write, start.Fd, (nint)(&go), 1), "write", startPath);
        }
        StepFailure failure;
        nint length = ReadUntilEnd(result.Fd, &failure);
        Remove(startPath);
        Remove(resultPath);
        if (length >= sizeof(StepFailure) && failure.Errno != 0)
        {
            ContainerException why = StartFailure.Describe(store.ReadSpec(id), &failure);
            throw why is ContainerHookException ? Destroy(store, id, why, executable, warn) : why;
        }
        if (state!.Hooks?.Poststart is { } hooks)
            RunPoststart(store, state, hooks, executable, warn);
    }

    private static ContainerStateException NotStartable(string id, ContainerStatus status)
    {
        string what = status switch
        {
            ContainerStatus.Running => "an already running container",
            ContainerStatus.Exited or ContainerStatus.Dead => "a container that has stopped",
            _ => $"a container in the {StatusWord.Of(status)} state",
        };
        return new($"cannot start {what}: '{id}' must be created and not yet started.",
            status == ContainerStatus.Paused ? $"Let it go on with: {Advice.Resume(id)}"
                : Advice.Choose("Restart-Container starts one that ended.", "Delete one that ended, and create it anew."))
        { Target = id };
    }

    // runtime.md, "Lifecycle": a container does not outlive a failed hook.
    private static void RunPoststart(StateStore store, ContainerState state, IReadOnlyList<HookSpec> hooks, Func<string> executable, Action<string>? warn)
    {
        try
        {
            HookRunner.Run("poststart", hooks, HookStateText.Of(state).Write(HookStateText.Running, state.Pid), state.Bundle);
        }
        catch (ContainerException failure)
        {
            throw Destroy(store, state.Id, failure, executable, warn);
        }
    }

    private static ContainerException Destroy(StateStore store, string id, ContainerException why, Func<string> executable, Action<string>? warn)
    {
        try
        {
            ContainerCleanup.Remove(store, id, executable, warn);
        }
        catch (ContainerException failure)
        {
            // Why it failed is worth more to the caller; delete removes what is left.
            warn?.Invoke(failure.Message);
        }
        return why;
    }

    // The writer's end closes with execve. Nonblocking, since there may be no writer at all any more.
    private static nint ReadUntilEnd(int fd, StepFailure* failure)
    {
        nint total = 0;
        while (true)
        {
            var entry = new PollEntry { Fd = fd, Events = PollEntry.In };
            Syscall.Call(SyscallNumber.poll, (nint)(&entry), 1, -1);
            nint got = Syscall.Call(SyscallNumber.read, fd, (nint)((byte*)failure + total), sizeof(StepFailure) - total);
            if (got is -Errno.EINTR or -Errno.EAGAIN)
                continue;
            if (got <= 0)
                return total;
            total += got;
        }
    }

    private static FileHandle Open(string path, int flags)
    {
        nint fd = Files.openat(Files.AT_FDCWD, path, flags | Files.O_CLOEXEC | Files.O_NOFOLLOW);
        if (fd is -Errno.ENXIO or -Errno.ENOENT)
        {
            string id = Path.GetFileName(Path.GetDirectoryName(path)!);
            throw new ContainerStateException("The container's init is gone.", $"Remove it with: {Advice.Remove(id)}") { Target = path };
        }
        return new FileHandle((int)Syscall.Check(fd, "openat", path));
    }

    private static void Remove(string path) => Files.unlinkat(Files.AT_FDCWD, path, 0);
}
