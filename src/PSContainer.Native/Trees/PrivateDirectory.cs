using PSContainer.Kernel;
using PSContainer.Rooted;
using static PSContainer.Kernel.Files;

namespace PSContainer.Trees;

/// <summary>Directories that nobody but their owner may pass or list.</summary>
/// <remarks>Directory.CreateDirectory gives its mode to the last directory only, and those on the way what the umask leaves.</remarks>
internal static class PrivateDirectory
{
    private const uint OwnerOnly = 0x1C0;

    /// <summary>Makes a directory and those above it that are not there, each for the owner alone (0700).</summary>
    /// <param name="path">An absolute path; what is there already stays as it is.</param>
    /// <param name="made">Gets each that was made, the outer ones first.</param>
    /// <returns>Whether the directory itself was made.</returns>
    /// <exception cref="ContainerException">One cannot be made.</exception>
    internal static bool Make(string path, ICollection<string>? made = null)
    {
        path = path.TrimEnd('/');
        nint result = TryMake(path);
        if (result == -Errno.ENOENT && Path.GetDirectoryName(path) is { Length: > 0 } parent)
        {
            using FileHandle above = Open(parent, made);
            result = mkdirat(above.Fd, PathBytes.From(Path.GetFileName(path)), OwnerOnly);
        }
        if (result == -Errno.EEXIST)
            return false;
        Syscall.Check(result, "mkdirat", path);
        made?.Add(path);
        return true;
    }

    /// <summary>
    /// Opens a directory (O_PATH); where there is none, it and those above it are made as by <see cref="Make"/>.
    /// </summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="made">Gets each that was made, the outer ones first.</param>
    /// <exception cref="ContainerException">One cannot be made or opened, or was exchanged meanwhile.</exception>
    // Each is made in the one before by its descriptor: a user who may write to one on the way leads nowhere else.
    internal static FileHandle Open(string path, ICollection<string>? made = null)
    {
        nint fd = openat(AT_FDCWD, PathBytes.From(path), O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (fd != -Errno.ENOENT || Path.GetDirectoryName(path) is not { } parent)
            return new FileHandle((int)Syscall.Check(fd, "openat", path));
        using FileHandle above = Open(parent, made);
        byte[] name = PathBytes.From(Path.GetFileName(path));
        nint result = mkdirat(above.Fd, name, OwnerOnly);
        if (result == 0)
        {
            made?.Add(path);
            return FreshDirectory.Open(above.Fd, name, path);
        }
        if (result != -Errno.EEXIST)
            Syscall.Check(result, "mkdirat", path);
        // Somebody was faster.
        fd = openat(above.Fd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        return new FileHandle((int)Syscall.Check(fd, "openat", path));
    }

    /// <summary>As <see cref="Make"/>, and takes from one that is there what others were given.</summary>
    internal static void Claim(string path)
    {
        if (!Make(path))
            Syscall.Check(fchmodat(AT_FDCWD, PathBytes.From(path), OwnerOnly), "fchmodat", path);
    }

    /// <summary>Makes one directory.</summary>
    /// <returns>0, or the negated error number.</returns>
    internal static nint TryMake(string path) => mkdirat(AT_FDCWD, PathBytes.From(path), OwnerOnly);
}
