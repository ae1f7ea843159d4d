using PSContainer.Kernel;
using static PSContainer.Kernel.Files;

namespace PSContainer.Rooted;

/// <summary>Reading files that a container's owner wrote.</summary>
public static class RootedFile
{
    /// <summary>Reads a regular file whole.</summary>
    /// <param name="root">Where the path starts.</param>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">More than this is refused before it is read.</param>
    /// <param name="followLast">
    /// Whether the last component may be a symbolic link (to a file inside <paramref name="root"/>).
    /// </param>
    /// <returns>The content, or <see langword="null"/> when there is no such file.</returns>
    /// <exception cref="ContainerException">It is not a regular file, is too large or cannot be read.</exception>
    /// <remarks>
    /// The file is looked at through an O_PATH descriptor before it is opened: opening a FIFO can wait for ever, opening a device
    /// can rewind a tape.
    /// </remarks>
    public static byte[]? TryReadAllBytes(this RootedDirectory root, string path, int maxBytes, bool followLast = true)
    {
        nint fd = root.TryOpen(PathBytes.From(path), O_PATH | (followLast ? 0 : O_NOFOLLOW));
        if (-fd is Errno.ENOENT or Errno.ENOTDIR)
            return null;
        if (fd < 0)
            throw root.Failure((int)-fd, "openat2", path);
        using var place = new FileHandle((int)fd);
        string name = $"{root.Path.TrimEnd('/')}/{path.TrimStart('/')}";
        statx_data data = FileStatus.Of(place.Fd, name);
        if ((data.stx_mode & S_IFMT) != S_IFREG)
            throw new ContainerException($"'{name}' is a {FileStatus.KindOf(data.stx_mode)}, not a regular file; it is not read.")
            {
                Target = name,
            };
        if (data.stx_size > (ulong)maxBytes)
            throw TooLarge(name, maxBytes);
        using FileHandle file = FileStatus.Reopen(place.Fd, O_RDONLY | O_NONBLOCK, name);
        return TryReadToEnd(file.Fd, (int)data.stx_size, maxBytes, name) ?? throw TooLarge(name, maxBytes);
    }

    /// <summary>As <see cref="TryReadAllBytes"/>, for a file that has to be there.</summary>
    /// <exception cref="ContainerException">There is no such file, or as there.</exception>
    public static byte[] ReadAllBytes(this RootedDirectory root, string path, int maxBytes, bool followLast = true) =>
        root.TryReadAllBytes(path, maxBytes, followLast) ?? throw root.Failure(Errno.ENOENT, "openat2", path);

    /// <summary>Reads an open regular file, however large it says that it is.</summary>
    /// <returns>The content, or <see langword="null"/> when it has more than <paramref name="maxBytes"/>.</returns>
    internal static byte[]? TryReadToEnd(int fd, int expected, int maxBytes, string name)
    {
        byte[] buffer = new byte[expected + 1]; // One more: the read that finds the end is then the same as the first.
        int length = 0;
        while (true)
        {
            nint count = Syscall.Check(read(fd, buffer.AsSpan(length)), "read", name);
            if (count == 0)
                return buffer.AsSpan(0, length).ToArray();
            length += (int)count;
            if (length > maxBytes)
                return null;
            if (length == buffer.Length)
                Array.Resize(ref buffer, (int)Math.Min((long)maxBytes + 1, Math.Max(4096, 2L * length)));
        }
    }

    private static ContainerException TooLarge(string name, int maxBytes) =>
        new($"'{name}' is larger than the {maxBytes} bytes that are read of such a file.") { Target = name };
}
