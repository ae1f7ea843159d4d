using PSContainer.Freestanding;
using PSContainer.Kernel;
using PSContainer.Plan;
using PSContainer.Spec;

namespace PSContainer.Steps.Parent;

/// <summary>A bind whose ids are mapped, mount_setattr(2) with MOUNT_ATTR_IDMAP; attached nowhere yet.</summary>
internal static unsafe class IdMappedBind
{
    /// <summary>Makes it.</summary>
    /// <exception cref="ContainerException">The source is missing, a map is refused, or the filesystem cannot be mapped.</exception>
    public static FileHandle Make(IdMappedMount mount)
    {
        using var source = new CString(mount.Source);
        int recursive = mount.Options.IsRecursiveBind ? MountApi.AtRecursive : 0;
        var tree = new FileHandle((int)Syscall.Check(
            Syscall.Call(SyscallNumber.open_tree, Files.AT_FDCWD, source, MountApi.OpenTreeClone | MountApi.OpenTreeCloexec | recursive),
            "open_tree", mount.Source));
        try
        {
            using FileHandle user = OpenNamespace(mount);
            // A slave, as all that the child takes from the host: nothing mounted below it inside reaches the host.
            var map = new MountAttr { Set = (ulong)MountApi.AttrIdmap, UserNamespaceFd = (ulong)user.Fd };
            var rest = new MountAttr
            {
                Set = (ulong)mount.Options.Set,
                Clear = (ulong)mount.Options.Clear,
            };
            var slave = new MountAttr { Propagation = MountApi.MsSlave };
            nint mapped = SetAttributes(tree.Fd, mount.Options.IsRecursiveIdMap, &map);
            if (mapped < 0)
                throw Refused(mount.Source, (int)-mapped);
            Syscall.Check(SetAttributes(tree.Fd, mount.Options.IsRecursiveAttribute, &rest), "mount_setattr", mount.Source);
            Syscall.Check(SetAttributes(tree.Fd, true, &slave), "mount_setattr", mount.Source);
            return tree;
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }

    private static nint SetAttributes(int tree, bool recursive, MountAttr* attributes)
    {
        fixed (byte* empty = "\0"u8)
        {
            return Syscall.Call(SyscallNumber.mount_setattr, tree, (nint)empty,
                MountApi.AtEmptyPath | (recursive ? MountApi.AtRecursive : 0), (nint)attributes, sizeof(MountAttr));
        }
    }

    private static FileHandle OpenNamespace(IdMappedMount mount) =>
        mount.UserNamespace is { } path ? Open(path) : MakeNamespace(mount.Uids!, mount.Gids!);

    // Only a process can make a user namespace; one that waits to be ended serves for as long as its maps are written.
    private static FileHandle MakeNamespace(IReadOnlyList<IdMapping> uids, IReadOnlyList<IdMapping> gids)
    {
        const int Kill = 9, DeathSignal = 1;
        int pidFd = -1;
        var arguments = new CloneArguments { Flags = (uint)CloneFlags.NewUser | CloneFlags.PidFd, PidFd = (ulong)&pidFd, ExitSignal = 17 };
        nint pid = Raw.Call(SyscallNumber.clone3, (nint)(&arguments), sizeof(CloneArguments));
        if (pid == 0)
        {
            Raw.Call(SyscallNumber.prctl, DeathSignal, Kill);
            while (true)
                Raw.Call(SyscallNumber.pause);
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
        new((int)Syscall.Check(Files.openat(Files.AT_FDCWD, path, Files.O_RDONLY | Files.O_CLOEXEC), "openat", path));

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
