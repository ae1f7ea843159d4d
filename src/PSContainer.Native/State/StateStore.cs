using System.Text;
using PSContainer.Cgroups;
using PSContainer.Kernel;
using PSContainer.Proc;
using PSContainer.Spec;
using PSContainer.Spec.Reading;
using PSContainer.Trees;

namespace PSContainer.State;

/// <summary>The directory of all containers of one user: finding, claiming, reading and writing. See docs/design.md.</summary>
public sealed class StateStore
{
    /// <summary>The state of a container that has an init.</summary>
    public const string StateFile = "state.json";

    /// <summary>The state of one that is being made: what to clean up.</summary>
    public const string CreatingFile = "creating.json";

    /// <summary>The pid of an init that may wait for others than its maker, and its start time.</summary>
    internal const string WaitingFile = "waiting";

    /// <summary>What a transition of the container's life locks.</summary>
    internal const string LockFile = "lock";

    private const string NamesDirectory = ".names";
    private const int MostPause = 20;
    private const int AT_FDCWD = -100, LOCK_SH = 1, LOCK_EX = 2, LOCK_NB = 4, LOCK_UN = 8;

    private static int DirectoryFlags => Files.O_RDONLY | Files.O_DIRECTORY | Files.O_NOFOLLOW | Files.O_CLOEXEC;

    /// <summary>Opens a store; the directory need not exist yet.</summary>
    public StateStore(string? root = null) => Root = PathOf(root);

    /// <summary>The path of a store by what names it; nothing names the user's own.</summary>
    internal static string PathOf(string? root) => Path.GetFullPath(string.IsNullOrEmpty(root) ? DefaultRoot : root);

    /// <summary>The user's own: see docs/design.md, "State directory".</summary>
    public static string DefaultRoot => StateRoot.Default;

    /// <summary>Absolute path of the store.</summary>
    public string Root { get; }

    /// <summary>The state directory of a container.</summary>
    public string DirectoryOf(string id) => Path.Combine(Root, id);

    /// <summary>A file of a container's state directory.</summary>
    public string FileOf(string id, string file) => Path.Combine(Root, id, file);

    /// <summary>Ids of all containers, half-made ones included.</summary>
    /// <exception cref="ContainerPermissionException">The directory is not this user's own.</exception>
    public IEnumerable<string> List()
    {
        StateRoot.Require(Root);
        if (!Directory.Exists(Root))
            yield break;
        foreach (string directory in Directory.EnumerateDirectories(Root))
        {
            string id = Path.GetFileName(directory);
            if (ContainerId.IsValid(id))
                yield return id;
        }
    }

    /// <summary>Whether a container of this id exists, in whatever state.</summary>
    public bool Exists(string id) => ContainerId.IsValid(id) && Directory.Exists(DirectoryOf(id));

    /// <summary>Makes the state directory of a new container: the claim of its id.</summary>
    /// <returns>Its descriptor, as <see cref="Hold"/> gives it: nobody sees the directory before it is held.</returns>
    /// <exception cref="ContainerAlreadyExistsException">The id is taken.</exception>
    public FileHandle Claim(string id)
    {
        ContainerId.Require(id);
        MakeRoot();
        string directory = DirectoryOf(id), made = Path.Combine(Root, $".{id}.{Guid.NewGuid():N}");
        Syscall.Check(PrivateDirectory.TryMake(made), "mkdirat", directory);
        FileHandle? held = null;
        try
        {
            held = new FileHandle((int)Syscall.Check(Files.openat(Files.AT_FDCWD, made, DirectoryFlags), "openat", directory));
            Syscall.Check(Flock(held, LOCK_EX | LOCK_NB), "flock", directory);
            nint result = Files.renameat2(Files.AT_FDCWD, made, Files.AT_FDCWD, directory, Files.RENAME_NOREPLACE);
            if (result == -Errno.EEXIST)
                throw new ContainerAlreadyExistsException(id) { Target = directory };
            Syscall.Check(result, "renameat2", directory);
            return held;
        }
        catch
        {
            held?.Dispose();
            Files.unlinkat(Files.AT_FDCWD, made, Files.AT_REMOVEDIR);
            throw;
        }
    }

    /// <summary>Gives a container the name that people use.</summary>
    /// <exception cref="ContainerAlreadyExistsException">Another container has the name, or the name is an id.</exception>
    public void ClaimName(string name, string id)
    {
        ContainerId.Require(name);
        if (Exists(name))
            throw new ContainerAlreadyExistsException(name) { Target = name };
        string names = Path.Combine(Root, NamesDirectory), link = Path.Combine(names, name);
        MakeRoot();
        MakePrivateDirectory(names);
        using var target = new CString(id);
        using var path = new CString(link);
        for (int attempt = 0; attempt < 3; attempt++)
        {
            nint result = Syscall.Call(SyscallNumber.symlinkat, target, AT_FDCWD, path);
            if (result != -Errno.EEXIST)
            {
                Syscall.Check(result, "symlinkat", link);
                return;
            }
            if (File.ResolveLinkTarget(link, returnFinalTarget: false) is { } taken && Exists(taken.Name))
                break;
            Syscall.Call(SyscallNumber.unlinkat, AT_FDCWD, path, 0);
        }
        throw new ContainerAlreadyExistsException(name) { Target = name };
    }

    /// <summary>The id behind an id, or behind a name.</summary>
    /// <returns>The id, or <see langword="null"/> when there is no such container.</returns>
    /// <exception cref="ContainerPermissionException">The directory is not this user's own.</exception>
    public string? Resolve(string nameOrId)
    {
        if (!ContainerId.IsValid(nameOrId))
            return null;
        StateRoot.Require(Root);
        if (Exists(nameOrId))
            return nameOrId;
        string? id = new FileInfo(Path.Combine(Root, NamesDirectory, nameOrId)).LinkTarget;
        return id is not null && Exists(id) ? id : null;
    }

    /// <summary>Frees a name if it is this container's.</summary>
    public void ReleaseName(string name, string id)
    {
        string link = Path.Combine(Root, NamesDirectory, name);
        if (!ContainerId.IsValid(name) || new FileInfo(link).LinkTarget != id)
            return;
        using var path = new CString(link);
        Syscall.Call(SyscallNumber.unlinkat, AT_FDCWD, path, 0);
    }

    /// <summary>Reads the state.</summary>
    /// <returns>The state, or <see langword="null"/> when there is none that can be read.</returns>
    public ContainerState? Read(string id) => (Parse<ContainerState>(id, StateFile) ?? Parse<ContainerState>(id, CreatingFile))?.InThisBoot();

    /// <summary>Writes the state of a container that is about to be made: what to clean up.</summary>
    public void WriteCreating(ContainerState state) => AtomicFile.Write(FileOf(state.Id, CreatingFile), state.ToJson());

    /// <summary>Writes the state of a container that has an init, in the place of what was known before.</summary>
    public void Write(ContainerState state) => AtomicFile.Write(FileOf(state.Id, StateFile), state.ToJson());

    /// <summary>Prepares the state of a container that has an init. Once it is in its place, <see cref="ForgetCreating"/>.</summary>
    /// <remarks>Under another name: renaming over a file that was just written makes ext4 write it to the disk at once, 1 ms.</remarks>
    internal PendingFile Prepare(ContainerState state) => AtomicFile.Prepare(FileOf(state.Id, StateFile), state.ToJson());

    /// <summary>Removes what <see cref="WriteCreating"/> wrote.</summary>
    internal void ForgetCreating(string id) => Files.unlinkat(Files.AT_FDCWD, FileOf(id, CreatingFile), 0);

    /// <summary>Notes the init of a container that is being made and may wait for others than its maker.</summary>
    internal void WriteWaiting(string id, int pid) =>
        AtomicFile.Write(FileOf(id, WaitingFile), ProcessStat.WriteIdentity(pid, ProcessStat.StartTimeOf(pid) ?? ProcessStat.NoProcess));

    /// <summary>Removes what <see cref="WriteWaiting"/> wrote.</summary>
    internal void ForgetWaiting(string id) => Files.unlinkat(Files.AT_FDCWD, FileOf(id, WaitingFile), 0);

    /// <summary>The init that <see cref="WriteWaiting"/> noted, if it is still there.</summary>
    internal FileHandle? OpenWaiting(string id) =>
        ProcessStat.ReadIdentity(FileOf(id, WaitingFile)) is var (pid, startTime) ? ProcessStat.Open(pid, startTime) : null;

    /// <summary>Reads the configuration that a container was made from.</summary>
    /// <returns>The configuration, or <see langword="null"/> when there is none that can be read.</returns>
    public ContainerSpec? ReadSpec(string id) => Parse<ContainerSpec>(id, "config.json");

    /// <summary>Takes a container's lock, for one transition of its life.</summary>
    /// <param name="id">The container.</param>
    /// <param name="wait">Whether to wait for another transition to end.</param>
    /// <returns>The lock, or <see langword="null"/> when it is taken and <paramref name="wait"/> is off.</returns>
    /// <exception cref="ContainerNotFoundException">The container is gone.</exception>
    public StateLock? TryLock(string id, bool wait)
    {
        FileHandle file = OpenLock(id, Files.O_RDWR | Files.O_CREAT) ?? throw new ContainerNotFoundException(id) { Target = id };
        nint result = Take(file, wait);
        if (result == 0)
            return new StateLock(file);
        file.Dispose();
        return result == -Errno.EAGAIN ? null : throw Syscall.Failure((int)-result, "flock", FileOf(id, LockFile));
    }

    /// <summary>
    /// Says that a container is being made or removed, for as long as the descriptor of its directory is held: before the runtime has
    /// its lock and after that is removed nothing else tells it from one that was left half made.
    /// </summary>
    /// <returns>The descriptor, or <see langword="null"/> where another says so already or it is gone.</returns>
    internal FileHandle? Hold(string id)
    {
        nint opened = Files.openat(Files.AT_FDCWD, DirectoryOf(id), DirectoryFlags);
        if (opened < 0)
            return null;
        var directory = new FileHandle((int)opened);
        if (Take(directory, wait: false) == 0)
            return directory;
        directory.Dispose();
        return null;
    }

    /// <summary>Whether somebody holds a state directory, as <see cref="Hold"/> does: as long as it is removed, something of it is there.</summary>
    internal static bool IsHeld(string directory)
    {
        nint opened = Files.openat(Files.AT_FDCWD, directory, DirectoryFlags);
        if (opened < 0)
            return false;
        using var file = new FileHandle((int)opened);
        return Flock(file, LOCK_SH | LOCK_NB) == -Errno.EAGAIN;
    }

    /// <summary>Where the container is in its life, from the kernel's word.</summary>
    public ContainerStatus StatusOf(string id) => StatusOf(id, Read(id));

    /// <inheritdoc cref="StatusOf(string)"/>
    public ContainerStatus StatusOf(string id, ContainerState? state)
    {
        if (state is null || state.Pid == 0)
        {
            // One that is there by now was being made when its state was read.
            return IsLocked(id) || Read(id) is { Pid: > 0 } ? ContainerStatus.Creating : ContainerStatus.Dead;
        }
        if (ProcessStat.Read(state.Pid) is not { HasEnded: false } init || init.StartTime != state.PidStartTime)
            return ContainerStatus.Exited;
        if (StartPlace.IsWaitedAt(FileOf(id, StartPlace.Name), init))
            return ContainerStatus.Created;
        return CgroupFreezer.IsFrozen(state.Cgroups) ? ContainerStatus.Paused : ContainerStatus.Running;
    }

    // What can never be read is as good as none: one such container must not hide all the others.
    private T? Parse<T>(string id, string file) where T : class, ISpecValue<T>
    {
        try
        {
            return AtomicFile.Read(FileOf(id, file)) is { } json ? SpecReader.Parse<T>(json, id) : null;
        }
        catch (ContainerException failure) when (failure is InvalidSpecException || failure.Errno is 0 or Errno.ELOOP or Errno.ENXIO)
        {
            return null;
        }
    }

    private bool IsLocked(string id)
    {
        try
        {
            // Not made by who only asks: it would come into a directory that another is removing.
            using FileHandle? file = OpenLock(id, Files.O_RDONLY);
            if (file is not null && Flock(file, LOCK_SH | LOCK_NB) == -Errno.EAGAIN)
                return true;
            return IsHeld(DirectoryOf(id));
        }
        catch (ContainerException)
        {
            return false;
        }
    }

    // Whoever asks whether a transition is under way shares the lock for a moment: that is none.
    private static nint Take(FileHandle file, bool wait)
    {
        nint result = Flock(file, LOCK_EX | (wait && !WayOut.IsOpen ? 0 : LOCK_NB));
        // Whoever holds it may wait for a hook or a command that never ends; flock(2) itself has no way out.
        for (int pause = 1; result == -Errno.EAGAIN && wait; pause = Math.Min(pause * 2, MostPause))
        {
            WayOut.Wait(-1, pause);
            result = Flock(file, LOCK_EX | LOCK_NB);
        }
        while (result == -Errno.EAGAIN && Flock(file, LOCK_SH | LOCK_NB) == 0)
        {
            Flock(file, LOCK_UN);
            Thread.Sleep(1);
            result = Flock(file, LOCK_EX | LOCK_NB);
        }
        return result;
    }

    private FileHandle? OpenLock(string id, int flags)
    {
        string path = FileOf(id, LockFile);
        nint opened = Files.openat(Files.AT_FDCWD, path, flags | Files.O_NOFOLLOW | Files.O_CLOEXEC, 0x180);
        return opened == -Errno.ENOENT ? null : new FileHandle((int)Syscall.Check(opened, "openat", path));
    }

    private static nint Flock(FileHandle file, int operation)
    {
        nint result;
        do
            result = Syscall.Call(SyscallNumber.flock, file.Fd, operation);
        while (result == -Errno.EINTR);
        return result;
    }

    private static void MakeWithParents(string path)
    {
        try
        {
            PrivateDirectory.Make(path);
        }
        catch (ContainerException error)
        {
            throw new ContainerPermissionException(
                $"The state directory '{path}' cannot be made: {error.Message}",
                "Set XDG_RUNTIME_DIR (or PSCONTAINER_ROOT) to a directory of your own, as a login does.")
            { Call = error.Call, Errno = error.Errno, Target = path };
        }
    }

    /// <summary>Makes the state directory, which nobody else may pass, or refuses one that is somebody else's.</summary>
    // Made first and looked at then: nobody can put another in its place that is ours.
    internal void MakeRoot()
    {
        MakePrivateDirectory(Root);
        StateRoot.Require(Root);
    }

    private static void MakePrivateDirectory(string path)
    {
        nint result = PrivateDirectory.TryMake(path);
        if (result == -Errno.EEXIST)
            return;
        if (result == -Errno.ENOENT)
        {
            MakeWithParents(path);
            return;
        }
        Syscall.Check(result, "mkdirat", path);
    }
}
