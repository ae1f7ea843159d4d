using PSContainer.Kernel;
using PSContainer.Mounts;
using PSContainer.Plan;
using PSContainer.Steps.Child;

namespace PSContainer.Steps.Parent;

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
    public static T Visit<T>(int pid, ChildStep step, Func<T> action) =>
        NamespaceVisit.Run((step.Number3 & Mounting.ParentReaches) != 0 ? [$"/proc/{pid}/ns/mnt"] : [], action);

    private static nint OpenHere(ChildStep step)
    {
        // What a procfs leads to depends on who looks (/proc/self, /dev/fd): that was the child, and its answer stands.
        var how = new Openat2.open_how { flags = Files.O_PATH | Files.O_CLOEXEC, resolve = Openat2.RESOLVE_NO_MAGICLINKS };
        nint opened = Openat2.openat2(Files.AT_FDCWD, step.Text1!, how);
        if (opened < 0)
            return opened == -Errno.ELOOP ? -Errno.EACCES : opened;
        using var place = new FileHandle((int)opened);
        if (Statfs.Type(place.Fd) == Statfs.PROC_SUPER_MAGIC)
            return -Errno.EACCES;
        return step.Kind == OperationKind.BindRoot
            ? MountRoot(place.Fd)
            : MountCalls.open_tree(place.Fd, (step.Number3 & Mounting.Recursive) != 0);
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
