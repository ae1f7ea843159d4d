namespace PSContainer.Kernel;

/// <summary>Small files that a reader sees whole or not at all, whenever the writer dies.</summary>
public static unsafe class AtomicFile
{
    private const int O_RDONLY = 0, O_WRONLY = 1, O_CREAT = 0x40, O_EXCL = 0x80;
    private const int O_NONBLOCK = 0x800, O_CLOEXEC = 0x80000;
    private const int AT_FDCWD = -100;

    private const uint OwnerOnly = 0x180;

    /// <summary>Writes a file under a temporary name and renames it into place.</summary>
    /// <remarks>
    /// Not synced: state is worth nothing after a power failure, when its processes are gone, and what is then empty or missing
    /// counts as half made, which can be removed.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <param name="content">What is in it.</param>
    /// <param name="mode">Its mode, whatever the umask is.</param>
    /// <param name="directory">
    /// The directory that it is in, where that one was opened already: of the path only the name counts then.
    /// </param>
    /// <exception cref="ContainerException">A call failed; nothing is left.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, uint mode = OwnerOnly, int directory = AT_FDCWD)
    {
        using PendingFile file = Prepare(path, content, mode, directory);
        file.Commit();
    }

    /// <summary>As <see cref="Write"/>, but leaves the renaming to the caller, for a moment that must not wait for more.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">What is in it.</param>
    /// <param name="mode">Its mode.</param>
    /// <param name="directory">The directory that it is in, which stays open until the file is in its place.</param>
    /// <exception cref="ContainerException">A call failed; nothing is left.</exception>
    public static PendingFile Prepare(string path, ReadOnlySpan<byte> content, uint mode = OwnerOnly, int directory = AT_FDCWD)
    {
        string name = directory == AT_FDCWD ? path : Path.GetFileName(path), temporary = $"{name}.{Environment.ProcessId}.tmp";
        using var temporaryName = new CString(temporary);
        Syscall.Call(SyscallNumber.unlinkat, directory, temporaryName, 0);
        nint opened = Syscall.Call(
            SyscallNumber.openat, directory, temporaryName, O_WRONLY | O_CREAT | O_EXCL | Files.O_NOFOLLOW | O_CLOEXEC,
            (nint)OwnerOnly);
        using var file = new FileHandle((int)Syscall.Check(opened, "openat", path));
        var pending = new PendingFile(directory, temporary, name, path);
        try
        {
            WriteAll(file.Fd, content, path);
            if (mode != OwnerOnly)
                Syscall.Check(Files.fchmod(file.Fd, mode), "fchmod", path);
            return pending;
        }
        catch
        {
            pending.Dispose();
            throw;
        }
    }

    /// <summary>Reads a regular file whole.</summary>
    /// <returns>The content, or <see langword="null"/> when there is no such file.</returns>
    /// <exception cref="ContainerException">
    /// It is no regular file, larger than <paramref name="limit"/> bytes, or a call failed.
    /// </exception>
    public static byte[]? Read(string path, int limit = 16 << 20)
    {
        using var name = new CString(path);
        nint opened = Syscall.Call(SyscallNumber.openat, AT_FDCWD, name, O_RDONLY | Files.O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (opened is -Errno.ENOENT or -Errno.ENOTDIR)
            return null;
        using var file = new FileHandle((int)Syscall.Check(opened, "openat", path));
        const int Page = 4096;
        // Files of procfs and cgroups say size 0 or a page, whatever is in them.
        int size = RequireSize(file, path, limit), length = 0;
        bool saysSize = size % Page != 0;
        byte[] buffer = new byte[saysSize ? size + 1 : Page];
        while (true)
        {
            if (length == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 4);
            nint got;
            fixed (byte* place = buffer)
                got = Syscall.Check(Syscall.Call(SyscallNumber.read, file.Fd, (nint)(place + length), buffer.Length - length), "read", path);
            length += (int)got;
            if (length > limit)
                throw TooLarge(path, limit);
            if (got == 0 || (saysSize && length == size))
            {
                Array.Resize(ref buffer, length);
                return buffer;
            }
        }
    }

    // A pipe would keep the reader waiting for as long as its writer likes.
    private static int RequireSize(FileHandle file, string path, int limit)
    {
        nint result = Files.statx(file.Fd, "\0"u8, Files.AT_EMPTY_PATH, Files.STATX_BASIC_STATS, out Files.statx_data data);
        Syscall.Check(result, "statx", path);
        if ((data.stx_mode & Files.S_IFMT) != Files.S_IFREG)
            throw new ContainerException($"'{path}' is not a regular file.") { Target = path };
        return data.stx_size <= (ulong)limit ? (int)data.stx_size : throw TooLarge(path, limit);
    }

    private static ContainerException TooLarge(string path, int limit) =>
        new($"'{path}' is larger than {limit} bytes.") { Target = path };

    private static void WriteAll(int fd, ReadOnlySpan<byte> content, string path)
    {
        while (!content.IsEmpty)
        {
            fixed (byte* place = content)
            {
                nint written = Syscall.Check(Syscall.Call(SyscallNumber.write, fd, (nint)place, content.Length), "write", path);
                content = content[(int)written..];
            }
        }
    }
}
