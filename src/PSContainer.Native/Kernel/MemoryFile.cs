namespace PSContainer.Kernel;

/// <summary>Files that exist only as descriptors, memfd_create(2).</summary>
public static class MemoryFile
{
    private const int MFD_CLOEXEC = 1, SEEK_SET = 0, SEEK_END = 2;

    /// <summary>Makes a file with this content, read from its beginning.</summary>
    /// <exception cref="ContainerException">There is no memory or descriptor for it.</exception>
    public static FileHandle Make(string name, ReadOnlySpan<byte> content)
    {
        using var text = new CString(name);
        var file = new FileHandle((int)Syscall.Check(Syscall.Call(SyscallNumber.memfd_create, text, MFD_CLOEXEC), "memfd_create", name));
        try
        {
            while (!content.IsEmpty)
                content = content[(int)Syscall.Check(Files.write(file.Fd, content), "write", name)..];
            Files.lseek(file.Fd, 0, SEEK_SET);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The last bytes of a file, as many as the buffer holds at most.</summary>
    public static ReadOnlySpan<byte> ReadEnd(int fd, Span<byte> buffer)
    {
        long size = Files.lseek(fd, 0, SEEK_END);
        Files.lseek(fd, Math.Max(0, size - buffer.Length), SEEK_SET);
        nint got = Files.read(fd, buffer);
        return buffer[..(int)Math.Max(0, got)];
    }
}
