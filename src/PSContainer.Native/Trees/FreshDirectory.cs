using PSContainer.Kernel;
using PSContainer.Rooted;
using static PSContainer.Kernel.Files;

namespace PSContainer.Trees;

/// <summary>A directory that was just made, opened to be worked on by its descriptor alone.</summary>
/// <remarks>
/// Whoever may write to the directory that it is in can have put something else under the name since: a link is not followed, and
/// a directory has to be what mkdir(2) makes, which is the caller's, closed to all others, and empty. Another that is all this
/// and is put there instead is as good.
/// </remarks>
internal static class FreshDirectory
{
    /// <summary>The mode that it has to be made with: 0700.</summary>
    internal const uint Mode = 0x1c0;

    private const uint OfOthers = 0x3f;

    /// <summary>Opens it, to be read and changed.</summary>
    /// <param name="parentFd">The directory it is in.</param>
    /// <param name="leaf">Its name, with a NUL.</param>
    /// <param name="name">For messages.</param>
    /// <exception cref="ContainerException">It was exchanged, or cannot be opened.</exception>
    internal static FileHandle Open(int parentFd, ReadOnlySpan<byte> leaf, string name)
    {
        nint fd = openat(parentFd, leaf, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (-fd is Errno.ENOTDIR or Errno.ELOOP)
            throw Exchanged(name);
        var directory = new FileHandle((int)Syscall.Check(fd, "openat", name));
        try
        {
            if (!IsFresh(directory.Fd, name))
                throw Exchanged(name);
            return directory;
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    private static bool IsFresh(int fd, string name)
    {
        statx_data data = FileStatus.Of(fd, name);
        bool isOwn = data.stx_uid == geteuid() && (data.stx_mode & OfOthers) == 0;
        // Of a cgroup, the kernel makes up what is in it.
        bool isEmpty = TreeRemoval.Names(fd, name).Count == 0 || KernelFilesystem.Is(fd);
        Syscall.Check(lseek(fd, 0, SEEK_SET), "lseek", name);
        return isEmpty && (isOwn || GivesAllSuch(fd, data, name));
    }

    // A filesystem that keeps no owners or no modes, or maps them, gives them to a file in it too, which nobody can exchange
    // before it is looked at.
    private static bool GivesAllSuch(int fd, statx_data directory, string name)
    {
        const uint OwnerOnly = 0x180;
        byte[] probe = PathBytes.From($".psc-probe-{Guid.NewGuid():n}");
        nint made = openat(fd, probe, O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, OwnerOnly);
        if (made < 0)
            return false;
        using var file = new FileHandle((int)made);
        statx_data data = FileStatus.Of(file.Fd, name);
        unlinkat(fd, probe);
        return data.stx_uid == directory.stx_uid && ((directory.stx_mode & OfOthers) == 0 || (data.stx_mode & OfOthers) != 0);
    }

    /// <summary>Says that something else is in its place.</summary>
    internal static ContainerException Exchanged(string name) => new(
        $"'{name}' was exchanged for something else while it was made.", "Choose a place below a directory that only you may write to.")
    { Target = name };
}
