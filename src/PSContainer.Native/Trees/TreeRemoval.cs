using PSContainer.Kernel;
using PSContainer.Rooted;
using static PSContainer.Kernel.Files;
using static PSContainer.Kernel.Openat2;

namespace PSContainer.Trees;

/// <summary>Removes trees without following a link and without crossing into a mount.</summary>
public static class TreeRemoval
{
    private const int BufferSize = 1 << 15, MostAttempts = 10;

    // Each level takes a descriptor and a part of the stack; what lies deeper is moved up to the first level and removed from there.
    private const int DeepestLevel = DeepPath.MostLevels, DeepestUnmovable = 512;

    /// <summary>
    /// Removes a path of the host, with all that is in it: also names that are no text, which System.IO cannot remove. Nothing
    /// there is no error.
    /// </summary>
    /// <param name="path">A file or directory; a link at its end is removed and not followed.</param>
    /// <param name="cancellation">Ends it between two files; what is there then stays.</param>
    /// <exception cref="ContainerException">Something in it is a mount point, or cannot be removed.</exception>
    public static void Remove(string path, CancellationToken cancellation = default)
    {
        string trimmed = path.TrimEnd('/');
        int slash = trimmed.LastIndexOf('/');
        byte[] parent = PathBytes.From(slash < 0 ? "." : trimmed[..(slash + 1)]);
        nint fd = openat(AT_FDCWD, parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (-fd == Errno.ENOENT)
            return;
        using var directory = new FileHandle((int)Syscall.Check(fd, "openat", path));
        Remove(directory.Fd, PathBytes.From(trimmed[(slash + 1)..]), trimmed, top: -1, level: 0, cancellation);
    }

    /// <summary>Removes a file, or a directory with all that is in it.</summary>
    /// <param name="parentFd">The directory it is in.</param>
    /// <param name="name">Its name, a single component that ends with NUL.</param>
    /// <param name="path">How to call it in messages.</param>
    /// <exception cref="ContainerException">Something in it is a mount point, or cannot be removed.</exception>
    internal static void Remove(int parentFd, ReadOnlySpan<byte> name, string path) =>
        Remove(parentFd, name, path, top: -1, level: 0, CancellationToken.None);

    /// <summary>Removes all that is in a directory and leaves the directory.</summary>
    /// <param name="fd">The directory, readable.</param>
    /// <param name="path">How to call it in messages.</param>
    /// <param name="cancellation">Ends it between two files; what is there then stays.</param>
    /// <exception cref="ContainerException">Something in it is a mount point, or cannot be removed.</exception>
    public static void RemoveContents(int fd, string path, CancellationToken cancellation = default) =>
        RemoveContents(fd, path, fd, level: 1, cancellation);

    private static void Remove(
        int parentFd, ReadOnlySpan<byte> name, string path, int top, int level, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        nint result = unlinkat(parentFd, name);
        if (result == 0 || -result == Errno.ENOENT)
            return;
        if (-result != Errno.EISDIR)
            throw Syscall.Failure((int)-result, "unlinkat", path);
        // Somebody may still write into it, as a monitor its last word: what comes in between is removed as well.
        for (int attempt = 1; ; attempt++)
        {
            using (FileHandle? directory = OpenDirectory(parentFd, name, path))
            {
                if (directory is null)
                    return;
                RemoveContents(directory.Fd, path, level == 0 ? directory.Fd : top, level + 1, cancellation);
            }
            result = unlinkat(parentFd, name, AT_REMOVEDIR);
            if (-result == Errno.ENOENT)
                return;
            if (-result != Errno.ENOTEMPTY || attempt == MostAttempts)
                break;
        }
        Syscall.Check(result, "unlinkat", path);
    }

    private static void RemoveContents(int fd, string path, int top, int level, CancellationToken cancellation)
    {
        if (level > DeepestUnmovable)
            throw new ContainerException($"'{path[..Math.Min(path.Length, DeepPath.LongestPath)]}' holds directories that lie too deep to be removed.");
        List<byte[]> names = Names(fd, path);
        while (names.Count > 0)
        {
            foreach (byte[] name in names)
            {
                string full = $"{path}/{PathBytes.Describe(name)}";
                if (level < DeepestLevel || !MoveUp(fd, name, top))
                    Remove(fd, name, full, top, level, cancellation);
            }
            // Only here does something come in that this removal itself has put there.
            if (fd != top)
                return;
            Syscall.Check(Syscall.Call(SyscallNumber.lseek, fd, 0, 0), "lseek", path);
            names = Names(fd, path);
            names.RemoveAll(static name => !name.AsSpan().StartsWith(MovedPrefix));
        }
    }

    private static ReadOnlySpan<byte> MovedPrefix => ".psc-remove-"u8;

    // A file is removed where it is. What cannot be moved, as a directory of an overlay's lower layer, is entered after all.
    private static bool MoveUp(int fd, byte[] name, int top)
    {
        nint result = unlinkat(fd, name);
        if (result == 0 || -result == Errno.ENOENT)
            return true;
        byte[] moved = [.. MovedPrefix, .. PathBytes.From(Guid.NewGuid().ToString("n"))];
        return -result == Errno.EISDIR && renameat2(fd, name, top, moved) == 0;
    }

    /// <summary>The names in a directory, each with its NUL, without <c>.</c> and <c>..</c>.</summary>
    /// <param name="fd">The directory, readable, not read from yet.</param>
    /// <param name="path">How to call it in messages.</param>
    internal static List<byte[]> Names(int fd, string path)
    {
        byte[] buffer = new byte[BufferSize];
        var names = new List<byte[]>();
        while (true)
        {
            nint length = getdents64(fd, buffer);
            // A directory that somebody else removed meanwhile has no names.
            if (length == 0 || -length == Errno.ENOENT)
                return names;
            Syscall.Check(length, "getdents64", path);
            ReadOnlySpan<byte> records = buffer.AsSpan(0, (int)length);
            while (NextDirectoryEntry(ref records, out ReadOnlySpan<byte> name))
            {
                if (!name.SequenceEqual(".\0"u8) && !name.SequenceEqual("..\0"u8))
                    names.Add(name.ToArray());
            }
        }
    }

    // Null when somebody else removed it meanwhile.
    private static FileHandle? OpenDirectory(int parentFd, ReadOnlySpan<byte> name, string path)
    {
        open_how how = new()
        {
            flags = (ulong)(O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
            resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH,
        };
        nint fd = openat2(parentFd, name, how);
        if (-fd == Errno.ENOENT)
            return null;
        if (-fd == Errno.EXDEV)
        {
            throw new ContainerException(
                $"'{path}' is a mount point; what is mounted there is not removed.", $"umount '{path}' first.")
            {
                Call = "openat2", Errno = Errno.EXDEV, Target = path,
            };
        }
        return new FileHandle((int)Syscall.Check(fd, "openat2", path));
    }
}
