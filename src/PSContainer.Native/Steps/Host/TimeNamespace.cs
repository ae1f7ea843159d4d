using System.Text;
using PSContainer.Kernel;
using PSContainer.Plan;
using PSContainer.Spec;

namespace PSContainer.Steps.Host;

/// <summary>A new time namespace whose clocks are set before any process is in it, time_namespaces(7).</summary>
internal static class TimeNamespace
{
    /// <summary>Makes the namespace for this thread's future children and sets its offsets.</summary>
    /// <exception cref="ContainerException">The kernel refused.</exception>
    public static void Prepare(IReadOnlyDictionary<string, TimeOffsetSpec> offsets)
    {
        // Of the main thread, which this is: threads have no such file.
        const string path = "/proc/self/timens_offsets";
        Syscall.Check(Syscall.Call(SyscallNumber.unshare, CloneFlags.NewTime), "unshare", "CLONE_NEWTIME");
        using var file = new FileHandle((int)Syscall.Check(Files.openat(Files.AT_FDCWD, path, Files.O_WRONLY | Files.O_CLOEXEC), "openat", path));
        Syscall.Check(Files.write(file.Fd, Encoding.ASCII.GetBytes(TimeOffsetLines.Format(offsets))), "write", path);
    }
}
