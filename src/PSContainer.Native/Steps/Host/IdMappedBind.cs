using PSContainer.Freestanding;
using PSContainer.Kernel;
using PSContainer.Plan;
using PSContainer.Spec;

namespace PSContainer.Steps.Host;

/// <summary>A bind whose ids are mapped, mount_setattr(2) with MOUNT_ATTR_IDMAP; attached nowhere yet.</summary>
internal static unsafe class IdMappedBind
{
    /// <summary>Makes it.</summary>
    /// <param name="pid">The container's process, which waits.</param>
    /// <param name="step">The child's step that attaches it.</param>
    /// <param name="mount">What it is.</param>
    /// <exception cref="ContainerException">The source is missing, a map is refused, or the filesystem cannot be mapped.</exception>
    public static FileHandle Make(int pid, ChildStep step, IdMappedMount mount)
    {
        using FileHandle user = OpenNamespace(pid, mount);
        return HostSource.Visit(pid, step, () => Make(step.Text1!, mount.Options, user));
    }

    private static FileHandle Make(string source, MountOptions options, FileHandle user)
    {
        var tree = new FileHandle((int)Syscall.Check(MountCalls.open_tree(source, options.IsRecursiveBind), "open_tree", source));
        try
        {
            // A slave, as all that the child takes from the host: nothing mounted below it inside reaches the host.
            var map = new MountAttr { Set = (ulong)MountApi.AttrIdmap, UserNamespaceFd = (ulong)user.Fd };
            var rest = new MountAttr { Set = (ulong)options.Set, Clear = (ulong)options.Clear };
            var slave = new MountAttr { Propagation = MountApi.MsSlave };
            nint mapped = MountCalls.mount_setattr(tree.Fd, map, options.IsRecursiveIdMap);
            if (mapped < 0)
                throw Refused(source, (int)-mapped);
            Syscall.Check(MountCalls.mount_setattr(tree.Fd, rest, options.IsRecursiveAttribute), "mount_setattr", source);
            Syscall.Check(MountCalls.mount_setattr(tree.Fd, slave, recursive: true), "mount_setattr", source);
            return tree;
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }

    private static FileHandle OpenNamespace(int pid, IdMappedMount mount) =>
        mount.Uids is { } uids ? MakeNamespace(uids, mount.Gids!) : Open($"/proc/{pid}/ns/user");

    // Only a process can make a user namespace; one that waits to be ended serves for as long as its maps are written.
    private static FileHandle MakeNamespace(IReadOnlyList<IdMapping> uids, IReadOnlyList<IdMapping> gids)
    {
        int pidFd = -1, self = Environment.ProcessId;
        var arguments = new CloneArguments { Flags = (uint)CloneFlags.NewUser | CloneFlags.PidFd, PidFd = (ulong)&pidFd, ExitSignal = 17 };
        nint pid = Raw.Call(SyscallNumber.clone3, (nint)(&arguments), sizeof(CloneArguments));
        if (pid == 0)
        {
            while (ParentTie.ToParent(self) >= 0)
                Raw.Call(SyscallNumber.ppoll);
            Raw.Exit(1);
        }
        Syscall.Check(pid, "clone3", "CLONE_NEWUSER");
        using var process = new FileHandle(pidFd);
        try
        {
            IdMaps.Write((int)pid, uids, gids);
            return Open($"/proc/{pid}/ns/user");
        }
        finally
        {
            Pidfd.KillAndWait(process.Fd);
        }
    }

    private static FileHandle Open(string path) =>
        new((int)Syscall.Check(Files.openat(Files.AT_FDCWD, path, Files.O_RDONLY | Files.O_NONBLOCK | Files.O_CLOEXEC), "openat", path));

    private static ContainerStartException Refused(string source, int errno)
    {
        string recommendation = errno switch
        {
            Errno.EINVAL => "The filesystem of the source, or of something mounted below it, cannot be mapped by this kernel, or is mapped already: leave the map out and change owners instead.",
            Errno.EPERM => "Run as root of the host: a user namespace may not map a filesystem that is not its own.",
            _ => "See mount_setattr(2) for the reason.",
        };
        return new ContainerStartException($"MapMountIds: mount_setattr '{source}': {Errno.Name(errno)} ({Errno.Describe(errno)})", recommendation)
        { Step = "MapMountIds", Call = "mount_setattr", Errno = errno, Target = source };
    }
}
