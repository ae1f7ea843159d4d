using System.Globalization;
using PSContainer.Kernel;

namespace PSContainer.Proc;

/// <summary>
/// Runs code on a thread of its own inside namespaces of another process, setns(2). The thread ends afterwards: a thread of the
/// pool, or PowerShell's, would carry the namespaces on into whatever it does next.
/// </summary>
internal static class NamespaceThread
{
    /// <summary>CLONE_NEWUTS.</summary>
    internal const int Uts = 0x04000000;

    /// <summary>CLONE_NEWIPC.</summary>
    internal const int Ipc = 0x08000000;

    /// <summary>CLONE_NEWNET.</summary>
    internal const int Network = 0x40000000;

    /// <summary>Runs <paramref name="read"/> in namespaces of <paramref name="pid"/>.</summary>
    /// <returns>Its result, or <see langword="null"/> when the namespaces cannot be entered.</returns>
    internal static T? Run<T>(int pid, int namespaces, Func<T?> read)
    {
        T? result = default;
        var thread = new Thread(() =>
        {
            using FileHandle? process = Pidfd.Open(pid);
            if (process is null || Syscall.Call(SyscallNumber.setns, process.Fd, namespaces) < 0)
                return;
            result = read();
        })
        { IsBackground = true, Name = string.Create(CultureInfo.InvariantCulture, $"namespaces of {pid}") };
        thread.Start();
        thread.Join();
        return result;
    }
}
