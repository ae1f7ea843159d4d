using PSContainer.Cgroups;
using PSContainer.Hooks;
using PSContainer.Kernel;
using PSContainer.Proc;
using PSContainer.Runtimes;
using PSContainer.Spec;
using PSContainer.State;
using PSContainer.Steps.Container;

namespace PSContainer.Steps.Host;

/// <summary>How a created container is started: a byte to a socket that its parked init reads. Whether it was, the kernel says.</summary>
/// <remarks>
/// The init makes no call but read(2), since its filter may be in force. A socket cannot be opened through /proc/PID/fd, and the
/// init has nothing else open that leads to the state directory: the record of a failure is memory that it shares with a file.
/// </remarks>
public static unsafe class StartSocket
{
    /// <summary>File name of the record of a failure.</summary>
    public const string ResultName = "result";

    /// <summary>How large <see cref="ResultName"/> is: a page, whose memory is there before it is needed.</summary>
    internal const int ResultSize = 4096;

    private const uint OwnerOnly = 0x180;
    private const int SIGKILL = 9;

    /// <summary>Makes the socket, and opens the end that the init reads.</summary>
    /// <exception cref="ContainerException">A call failed.</exception>
    internal static FileHandle Make(string directory)
    {
        using FileHandle place = OpenDirectory(directory);
        string path = PathIn(place);
        FileHandle socket = UnixSocket.BindDatagram(path);
        Files.fchmodat(Files.AT_FDCWD, System.Text.Encoding.UTF8.GetBytes(path + "\0"), OwnerOnly);
        return socket;
    }

    /// <summary>Makes the record of a failure, and opens it.</summary>
    /// <exception cref="ContainerException">A call failed.</exception>
    internal static FileHandle MakeResult(string path)
    {
        AtomicFile.Write(path, new byte[ResultSize]);
        nint opened = Files.openat(Files.AT_FDCWD, path, Files.O_RDWR | Files.O_NOFOLLOW | Files.O_CLOEXEC);
        return new FileHandle((int)Syscall.Check(opened, "openat", path));
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
            Remove(store, id);
            return;
        }
        if (state!.IsWithoutProcess)
            throw new InvalidSpecException($"The configuration of the container '{id}' has no process to start.", "Delete the container, and make it anew with a 'process' that has 'args'.") { Target = id };
        using FileHandle init = ProcessStat.Open(state.Pid, state.PidStartTime) ?? throw Gone(id);
        Release(store, state, init, executable, warn);
        if (state.Hooks?.Poststart is { } hooks)
            RunPoststart(store, state, hooks, executable, warn);
    }

    private static void Release(StateStore store, ContainerState state, FileHandle init, Func<string> executable, Action<string>? warn)
    {
        string id = state.Id;
        bool? isExecuted;
        try
        {
            isExecuted = Say(store, state, init);
        }
        catch
        {
            // Half started it is nobody's: hooks of its start may have run, and another start would run them again.
            Pidfd.SendSignal(init.Fd, SIGKILL);
            Remove(store, id);
            throw;
        }
        StepFailure failure = isExecuted == true ? default : ReadResult(store, id);
        Remove(store, id);
        if (failure.Errno != 0)
        {
            ContainerException why = StartFailure.Describe(store.ReadSpec(id), &failure);
            throw why is ContainerHookException ? Destroy(store, id, why, executable, warn) : why;
        }
        if (isExecuted == false)
            throw StartFailure.NeverExecuted();
    }

    // A second message is never read: its descriptor is closed when the socket is, in execve or at the end of the process.
    private static bool? Say(StateStore store, ContainerState state, FileHandle init)
    {
        using FileHandle place = OpenDirectory(store.DirectoryOf(state.Id));
        using var executed = new Pipe();
        using (FileHandle socket = Connect(PathIn(place), state.Id))
        {
            UnixSocket.Send(socket.Fd, $"{(char)Handshake.Go}");
            SendUnread(socket.Fd, executed.Writer.Fd);
        }
        executed.Writer.Dispose();
        return WaitForExecution(state, init, executed.Reader);
    }

    // That end, or its delay, is anybody's who got hold of the socket inside; so it only says when to ask the kernel. The result
    // is false for an end before execve, and null for an end that somebody else has taken already.
    private static bool? WaitForExecution(ContainerState state, FileHandle init, FileHandle executed)
    {
        const int First = 1, Longest = 50;
        Span<PollEntry> entries = [new() { Fd = executed.Fd, Events = PollEntry.In }, new() { Fd = init.Fd, Events = PollEntry.In }];
        for (int pause = Longest; ; pause = Math.Min(pause * 2, Longest))
        {
            WayOut.Wait(entries, pause);
            ProcessFacts? facts = ProcessStat.Read(state.Pid);
            bool isSame = facts?.StartTime == state.PidStartTime;
            if (isSame && facts!.Value.HasExecuted)
                return true;
            if (entries[1].Returned != 0)
                return isSame ? false : null;
            if (entries[0].Returned != 0)
                (entries[0].Fd, pause) = (-1, First);
        }
    }

    private static void SendUnread(int socket, int descriptor)
    {
        try
        {
            UnixSocket.Send(socket, "", descriptor);
        }
        catch (ContainerException failure) when (failure.Errno is Errno.ECONNREFUSED or Errno.ECONNRESET or Errno.EPIPE or Errno.ETOOMANYREFS)
        {
            // It has gone on already, or the kernel takes no more descriptors of this user: asking again and again does as well.
        }
    }

    // Only the init and the host write there; the text need not end all the same.
    private static StepFailure ReadResult(StateStore store, string id)
    {
        StepFailure failure = default;
        byte[] text = AtomicFile.Read(store.FileOf(id, ResultName), ResultSize) ?? [];
        text.AsSpan(0, Math.Min(text.Length, sizeof(StepFailure))).CopyTo(new Span<byte>(&failure, sizeof(StepFailure)));
        failure.Text[StepFailure.TextSize - 1] = 0;
        return failure;
    }

    private static FileHandle Connect(string path, string id)
    {
        try
        {
            return UnixSocket.ConnectDatagram(path);
        }
        catch (ContainerException failure) when (failure.Errno is Errno.ECONNREFUSED or Errno.ENOENT)
        {
            throw Gone(id);
        }
    }

    private static ContainerStateException Gone(string id) =>
        new("The container's init is gone.", $"Remove it with: {Advice.Remove(id)}") { Target = id };

    // By descriptor, since the name of a socket may have 107 bytes only.
    private static FileHandle OpenDirectory(string directory) => new((int)Syscall.Check(
        Files.openat(Files.AT_FDCWD, directory, Files.O_PATH | Files.O_DIRECTORY | Files.O_CLOEXEC), "openat", directory));

    private static string PathIn(FileHandle directory) => $"/proc/self/fd/{directory.Fd}/{StartPlace.Name}";

    private static void Remove(StateStore store, string id)
    {
        Files.unlinkat(Files.AT_FDCWD, store.FileOf(id, StartPlace.Name));
        Files.unlinkat(Files.AT_FDCWD, store.FileOf(id, ResultName));
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
            byte[] text = HookStateText.Of(state).Write(HookStateText.Running, state.Pid);
            HookRunner.Run("poststart", hooks, text, state.Bundle, executable);
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
}
