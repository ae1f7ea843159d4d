using PSContainer.Kernel;
using PSContainer.Mounts;
using PSContainer.Plan;
using PSContainer.Steps.Container;

namespace PSContainer.Steps.Host;

/// <summary>The source of a bind that the root of a user namespace may not reach, opened with the runtime's own rights.</summary>
/// <remarks>
/// In the container's mount namespace: a copy made there keeps what the kernel locked when it gave the host's mounts to another
/// user namespace. One made on the host the container could make writable, and uncover what is mounted over.
/// </remarks>
internal static class HostSource
{
    /// <summary>Opens it.</summary>
    /// <param name="pid">The container's process, which waits.</param>
    /// <param name="step">A bind, or the root's, which is mounted in its place too.</param>
    /// <returns>A mount's descriptor, or a negated error number.</returns>
    public static nint Open(int pid, ChildStep step)
    {
        try
        {
            return Visit(pid, step, () => OpenHere(step));
        }
        catch (ContainerException failure)
        {
            // Who may not enter cannot help: what the child was told stands.
            return failure is ContainerPermissionException ? -Errno.EACCES : -failure.Errno;
        }
    }

    /// <summary>Does something where a step's source is looked up: in the container's mount namespace, or on the host.</summary>
    /// <remarks>
    /// There the kernel holds what is mounted below a directory together with it, and refuses a clone of the directory alone. Made on
    /// the host that is nothing but what root asked for. Only where the host closed the mount itself in some way there must be no
    /// copy that the container could open again, and the refusal stands.
    /// </remarks>
    public static T Visit<T>(int pid, ChildStep step, Func<T> action)
    {
        if ((step.Number3 & Mounting.ParentReaches) == 0)
            return action();
        try
        {
            return NamespaceVisit.Run([$"/proc/{pid}/ns/mnt"], action);
        }
        catch (ContainerException failure) when (failure is { Errno: Errno.EINVAL, Call: "open_tree" } && IsOpen(step.Text1!))
        {
            return action();
        }
    }

    private static bool IsOpen(string source) => Statfs.MountFlags(source) is >= 0 and var flags && (flags & Statfs.ClosingFlags) == 0;

    private static nint OpenHere(ChildStep step)
    {
        // What a procfs leads to depends on who looks (/proc/self, /dev/fd): that was the child, and its answer stands.
        int last = (step.Number3 & Mounting.SourceNoFollow) != 0 ? Files.O_NOFOLLOW : 0;
        var how = new Openat2.open_how { flags = (ulong)(Files.O_PATH | Files.O_CLOEXEC | last), resolve = Openat2.RESOLVE_NO_MAGICLINKS };
        nint opened = Openat2.openat2(Files.AT_FDCWD, step.Text1!, how);
        if (opened < 0)
            return opened == -Errno.ELOOP ? -Errno.EACCES : opened;
        using var place = new FileHandle((int)opened);
        if (Statfs.Type(place.Fd) == Statfs.PROC_SUPER_MAGIC)
            return -Errno.EACCES;
        if (step.Kind == OperationKind.BindRoot)
            return MountRoot(place.Fd);
        nint tree = Syscall.Check(MountCalls.open_tree(place.Fd, (step.Number3 & Mounting.Recursive) != 0), "open_tree", step.Text1);
        // A slave, as all that the child takes from the host: nothing mounted below it inside reaches the host.
        if ((step.Number3 & Mounting.HostsPeer) == 0)
            MountCalls.mount_setattr((int)tree, new MountAttr { Propagation = MountApi.MsSlave }, recursive: true);
        return tree;
    }

    private static nint MountRoot(int place)
    {
        nint tree = MountCalls.open_tree(place, recursive: true);
        nint moved = tree < 0 ? tree : MountCalls.move_mount((int)tree, place);
        if (tree >= 0 && moved < 0)
            Syscall.Call(SyscallNumber.close, tree);
        return moved < 0 ? moved : tree;
    }
}
