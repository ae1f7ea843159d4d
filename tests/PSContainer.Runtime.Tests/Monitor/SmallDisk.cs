using PSContainer.Kernel;

namespace PSContainer.Runtime.Tests.Monitor;

/// <summary>A tmpfs of the test's own that is soon full.</summary>
internal sealed unsafe class SmallDisk : IDisposable
{
    private const int MNT_DETACH = 2;
    private readonly string _path;

    public SmallDisk(string path, string options)
    {
        _path = path;
        using CString source = new("psc-test"), target = new(path), type = new("tmpfs"), data = new(options);
        Syscall.Check(Syscall.Call(SyscallNumber.mount, source, target, type, 0, data), "mount", path);
    }

    /// <summary>Takes all the space that is left.</summary>
    public static void Fill(string path)
    {
        using FileHandle file = new((int)Syscall.Check(
            Files.openat(Files.AT_FDCWD, path, Files.O_WRONLY | Files.O_CREAT, 0x180), "openat", path));
        byte[] block = new byte[4096];
        while (Files.write(file.Fd, block) > 0)
            continue;
    }

    public void Dispose()
    {
        using CString target = new(_path);
        Syscall.Call(SyscallNumber.umount2, target, MNT_DETACH);
    }
}
