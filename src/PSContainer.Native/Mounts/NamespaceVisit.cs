using PSContainer.Kernel;
using static PSContainer.Kernel.Files;

namespace PSContainer.Mounts;

/// <summary>
/// Does something in other namespaces, named by their files, on a thread of its own that ends afterwards. The user namespace is
/// not
/// entered: no process with more than one thread can, and who may mount here may mount there.
/// </summary>
internal static class NamespaceVisit
{
    private const int CLONE_FS = 0x200, CLONE_NEWUSER = 0x10000000, CLONE_NEWNS = 0x20000, CLONE_NEWPID = 0x20000000;
    private const int NS_GET_NSTYPE = 0xb703;

    /// <summary>Does it; without namespaces at once, in this thread.</summary>
    /// <exception cref="ContainerException">A namespace cannot be entered, or what is done fails.</exception>
    internal static T Run<T>(IReadOnlyList<string> files, Func<T> action)
    {
        if (files.Count == 0)
            return action();
        T? result = default;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter(files);
                result = action();
            }
            catch (ContainerException exception)
            {
                failure = exception;
            }
        })
        { IsBackground = true, Name = "visit to other namespaces" };
        thread.Start();
        thread.Join();
        return failure is null ? result! : throw failure;
    }

    /// <summary>The file of the pid namespace among them, whose processes a proc filesystem is to show.</summary>
    internal static string? PidNamespace(IReadOnlyList<string> files) => files.FirstOrDefault(file =>
    {
        using FileHandle handle = Open(file);
        return TypeOf(handle) == CLONE_NEWPID;
    });

    // All are opened before the first is entered: in the mount namespace among them the files may not be there.
    private static void Enter(IReadOnlyList<string> files)
    {
        var handles = new List<(FileHandle Handle, string File, int Type)>();
        try
        {
            foreach (string file in files)
            {
                FileHandle handle = Open(file);
                handles.Add((handle, file, TypeOf(handle)));
            }
            Syscall.Check(Syscall.Call(SyscallNumber.unshare, CLONE_FS), "unshare", "CLONE_FS");
            foreach ((FileHandle handle, string file, int type) in handles.OrderBy(one => one.Type == CLONE_NEWNS))
            {
                if (type is not (CLONE_NEWUSER or CLONE_NEWPID))
                    Require(Syscall.Call(SyscallNumber.setns, handle.Fd, type), file);
            }
        }
        finally
        {
            foreach ((FileHandle handle, _, _) in handles)
                handle.Dispose();
        }
    }

    private static void Require(nint result, string file)
    {
        if (-result == Errno.EPERM)
        {
            throw new ContainerPermissionException(
                $"setns '{file}': EPERM: to enter it from outside takes CAP_SYS_ADMIN here and in the user namespace that owns it.",
                Advice.RunAsRoot("do it from inside: Invoke-NamespaceCommand, with its user namespace, -- mount ..."))
            { Call = "setns", Errno = Errno.EPERM, Target = file };
        }
        Syscall.Check(result, "setns", file);
    }

    private static FileHandle Open(string file) =>
        new((int)Syscall.Check(openat(AT_FDCWD, file, O_RDONLY | O_CLOEXEC), "openat", file));

    private static int TypeOf(FileHandle handle)
    {
        nint type = Syscall.Call(SyscallNumber.ioctl, handle.Fd, NS_GET_NSTYPE);
        return (int)Syscall.Check(type, "ioctl", "NS_GET_NSTYPE");
    }
}
