using System.Runtime.InteropServices;
using System.Text;
using PSContainer.Kernel;
using PSContainer.Steps.Child;

namespace PSContainer.State;

/// <summary>The two FIFOs of a created container: a byte in one starts it, the end of the other is its success.</summary>
public static unsafe class StartFifo
{
    /// <summary>File name of the FIFO that the parked init reads.</summary>
    public const string StartName = "start";

    /// <summary>File name of the FIFO that a failure of execve comes through.</summary>
    public const string ResultName = "result";

    /// <summary>Makes a FIFO and opens both its ends at once, so that it never blocks and never ends while the init waits.</summary>
    /// <exception cref="ContainerException">A call failed.</exception>
    internal static FileHandle Make(string path)
    {
        const int Fifo = 0x1000, OwnerOnly = 0x180;
        using var name = new CString(path);
        Syscall.Check(Syscall.Call(SyscallNumber.mknodat, Files.AT_FDCWD, name, Fifo | OwnerOnly, 0), "mknodat", path);
        return Open(path, Files.O_RDWR);
    }

    /// <summary>Starts the command of a created container and waits until it is executed.</summary>
    /// <exception cref="ContainerStateException">The container is not waiting to be started.</exception>
    /// <exception cref="ContainerException">The command could not be executed.</exception>
    public static void Start(StateStore store, string id)
    {
        string startPath = store.FileOf(id, StartName), resultPath = store.FileOf(id, ResultName);
        using StateLock transition = store.TryLock(id, wait: true)!;
        if (store.StatusOf(id) != ContainerStatus.Created)
            throw new ContainerStateException($"The container '{id}' is {store.StatusOf(id).ToString().ToLowerInvariant()}: only a created one can be started.", "Restart-Container starts one that ended.") { Target = id };
        using FileHandle result = Open(resultPath, Files.O_RDONLY | Files.O_NONBLOCK);
        using (FileHandle start = Open(startPath, Files.O_WRONLY | Files.O_NONBLOCK))
        {
            byte go = Handshake.Go;
            Syscall.Check(Syscall.Call(SyscallNumber.write, start.Fd, (nint)(&go), 1), "write", startPath);
        }
        StepFailure failure;
        nint length = ReadUntilEnd(result.Fd, &failure);
        Remove(startPath);
        Remove(resultPath);
        if (length >= 16 && failure.Errno != 0)
            throw StartFailure.Describe(store.ReadSpec(id), failure.Call, failure.Errno, ReadText(failure.Text));
    }

    // The writer's end closes with execve. Nonblocking, since there may be no writer at all any more.
    private static nint ReadUntilEnd(int fd, StepFailure* failure)
    {
        nint total = 0;
        while (true)
        {
            var entry = new PollEntry { Fd = fd, Events = PollEntry.In };
            Syscall.Call(SyscallNumber.poll, (nint)(&entry), 1, -1);
            nint got = Syscall.Call(SyscallNumber.read, fd, (nint)((byte*)failure + total), sizeof(StepFailure) - total);
            if (got is -Errno.EINTR or -Errno.EAGAIN)
                continue;
            if (got <= 0)
                return total;
            total += got;
        }
    }

    internal static string ReadText(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";

    private static FileHandle Open(string path, int flags)
    {
        nint fd = Files.openat(Files.AT_FDCWD, path, flags | Files.O_CLOEXEC | Files.O_NOFOLLOW);
        if (fd is -Errno.ENXIO or -Errno.ENOENT)
            throw new ContainerStateException("The container's init is gone.", "Remove it with: Remove-Container -Force") { Target = path };
        return new FileHandle((int)Syscall.Check(fd, "openat", path));
    }

    private static void Remove(string path) => Files.unlinkat(Files.AT_FDCWD, path, 0);
}
