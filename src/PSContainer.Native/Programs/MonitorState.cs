using System.Globalization;
using System.Text;
using PSContainer.Kernel;
using PSContainer.Monitor;

namespace PSContainer.Programs;

/// <summary>The monitor of a container, seen from outside.</summary>
public static class MonitorState
{
    private const int LOCK_SH = 1, LOCK_NB = 4;

    /// <summary>
    /// Whether a monitor watches over the state directory: it holds the lock of <c>monitor</c> as long as it lives.
    /// </summary>
    /// <exception cref="ContainerException">The file exists and cannot be opened.</exception>
    public static bool IsAlive(string stateDirectory)
    {
        string path = Path.Combine(stateDirectory, "monitor");
        nint opened = Files.openat(Files.AT_FDCWD, path, Files.O_RDONLY | Files.O_NOFOLLOW | Files.O_CLOEXEC);
        if (opened is -Errno.ENOENT or -Errno.ENOTDIR)
            return false;
        using FileHandle file = new((int)Syscall.Check(opened, "openat", path));
        return Syscall.Call(SyscallNumber.flock, file.Fd, LOCK_SH | LOCK_NB) == -Errno.EAGAIN;
    }

    /// <summary>Opens the living monitor.</summary>
    /// <returns>Its pidfd, or <see langword="null"/> when there is none.</returns>
    public static FileHandle? Open(string stateDirectory)
    {
        byte[]? text = AtomicFile.Read(Path.Combine(stateDirectory, "monitor"), limit: 64);
        string number = text is null ? "" : Encoding.ASCII.GetString(text).TrimEnd();
        if (!int.TryParse(number, CultureInfo.InvariantCulture, out int pid) || pid <= 0)
            return null;
        FileHandle? pidFd = Pidfd.Open(pid);
        // The lock after the pid is opened: it says that the pid was still the monitor's.
        if (pidFd is null || IsAlive(stateDirectory))
            return pidFd;
        pidFd.Dispose();
        return null;
    }

    /// <summary>
    /// Ends the input of a container that reads the FIFO <c>stdin</c>, once those who write to it now are done.
    /// </summary>
    /// <returns>Whether there was a monitor to do it.</returns>
    public static bool EndInput(string stateDirectory)
    {
        using FileHandle? monitor = Open(stateDirectory);
        return monitor is not null && Pidfd.SendSignal(monitor.Fd, InputFifo.CloseSignal);
    }
}
