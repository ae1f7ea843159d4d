using PSContainer.Kernel;

namespace PSContainer.Steps.Host;

/// <summary>A mount namespace that this thread, and what it starts, is in until this is disposed of.</summary>
internal sealed class MountNamespace : IDisposable
{
    private readonly FileHandle _home;

    private MountNamespace(FileHandle home) => _home = home;

    /// <summary>Enters a new one, from which nothing reaches the old one.</summary>
    /// <exception cref="ContainerPermissionException">Only root can.</exception>
    public static MountNamespace Enter()
    {
        const string Own = "/proc/thread-self/ns/mnt";
        var home = new FileHandle((int)Syscall.Check(Files.openat(Files.AT_FDCWD, Own, Files.O_RDONLY | Files.O_CLOEXEC),
            "openat", Own));
        nint result = Syscall.Call(SyscallNumber.unshare, CloneFlags.NewMount);
        if (result < 0)
        {
            home.Dispose();
            throw new ContainerPermissionException(
                "Another runtime gets its layered root filesystem from a mount that only root can make.",
                Advice.RunAsRoot("leave out -Ephemeral, or use PSContainer's own runtime: leave out -Runtime."))
            { Step = "OverlayRoot", Call = "unshare", Errno = (int)-result };
        }
        var entered = new MountNamespace(home);
        try
        {
            Mount(null, "/", null, MountApi.MsSlave | MountApi.MsRec, null);
            return entered;
        }
        catch
        {
            entered.Dispose();
            throw;
        }
    }

    /// <summary>mount(2).</summary>
    /// <exception cref="ContainerException">It failed.</exception>
    public static void Mount(string? source, string target, string? type, int flags, string? data)
    {
        using var sourceText = new CString(source);
        using var targetText = new CString(target);
        using var typeText = new CString(type);
        using var dataText = new CString(data);
        nint result = Syscall.Call(SyscallNumber.mount, sourceText, targetText, typeText, flags, dataText);
        if (result < 0)
            throw StepNames.Add(Syscall.Failure((int)-result, "mount", target), "OverlayRoot");
    }

    /// <summary>Goes back; what was mounted lives on where a copy of the namespace does.</summary>
    public void Dispose()
    {
        using (_home)
            Syscall.Call(SyscallNumber.setns, _home.Fd, CloneFlags.NewMount);
    }
}
