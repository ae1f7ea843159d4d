using PSContainer.Kernel;
using PSContainer.Rooted;
using PSContainer.Trees;
using static PSContainer.Kernel.Files;

namespace PSContainer.Images;

/// <summary>
/// A directory that becomes another when it is whole. It is locked for as long as somebody works on it, flock(2): one that is not is
/// what a process left that was killed, and is removed by the next that makes one for the same name.
/// </summary>
internal sealed class PartialDirectory : IDisposable
{
    private const int LOCK_EX = 2, LOCK_NB = 4, MostAttempts = 100;
    private const string End = ".partial";
    private readonly MadeDirectory _made;

    private PartialDirectory(MadeDirectory made) => _made = made;

    /// <summary>Its path.</summary>
    internal string Path => _made.Path;

    /// <inheritdoc cref="MadeDirectory.OpenRooted"/>
    internal RootedDirectory OpenRooted() => _made.OpenRooted();

    /// <summary>Makes one beside what it will be, and the directories above that are not there, which only the caller may pass.</summary>
    /// <param name="path">What it will be, absolute.</param>
    /// <exception cref="ContainerException">It cannot be made.</exception>
    internal static PartialDirectory Make(string path)
    {
        WriteAccess.Require(path);
        string parent = System.IO.Path.GetDirectoryName(path)!;
        string begin = $".{System.IO.Path.GetFileName(path)}.";
        RemoveAbandoned(parent, begin);
        List<string> above = [];
        PartialDirectory? made = null;
        try
        {
            // Once: if it were made anew for each attempt, who exchanges it would only have to go on.
            using FileHandle place = PrivateDirectory.Open(parent, above);
            // Between making and locking it, somebody may have taken it for abandoned.
            for (int attempt = 1; made is null && attempt <= MostAttempts; attempt++)
            {
                FileHandle own = FileStatus.Reopen(place.Fd, O_PATH | O_DIRECTORY, parent);
                made = TryMake(own, System.IO.Path.Combine(parent, $"{begin}{Guid.NewGuid():n}{End}"), above);
            }
            return made ?? throw new ContainerException(
                $"What '{path}' is made in was removed each time that it was made.", "Choose another place.") { Target = path };
        }
        finally
        {
            if (made is null)
                MadeDirectory.RemoveEmpty(above);
        }
    }

    private static PartialDirectory? TryMake(FileHandle parent, string path, List<string> above)
    {
        MadeDirectory? made;
        try
        {
            Syscall.Check(MadeDirectory.TryMake(parent, path, above, out made), "mkdirat", path);
        }
        catch (ContainerException gone) when (gone is { Call: "openat", Errno: Errno.ENOENT })
        {
            return null;
        }
        if (TryLock(made!.Fd, path, wait: true))
            return new PartialDirectory(made);
        made.Dispose();
        return null;
    }

    /// <summary>Gives it the name that it was made for.</summary>
    /// <exception cref="ContainerException">There is something under that name by now, or it was exchanged.</exception>
    internal void Commit(string path) => Syscall.Check(_made.Rename(path, RENAME_NOREPLACE), "renameat2", path);

    /// <summary>Removes it, with all that is in it and what was made above it.</summary>
    internal void Remove() => _made.Remove();

    /// <summary>Lets go of it; it stays.</summary>
    public void Dispose() => _made.Dispose();

    private static void RemoveAbandoned(string parent, string begin)
    {
        nint fd = openat(AT_FDCWD, PathBytes.From(parent), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
            return;
        using var directory = new FileHandle((int)fd);
        foreach (byte[] leaf in TreeRemoval.Names(directory.Fd, parent))
        {
            string name = PathBytes.Describe(leaf), path = System.IO.Path.Combine(parent, name);
            bool isOne = name.StartsWith(begin, StringComparison.Ordinal) && name.EndsWith(End, StringComparison.Ordinal)
                && Guid.TryParseExact(name[begin.Length..^End.Length], "n", out _);
            nint opened = isOne ? openat(directory.Fd, leaf, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
            if (opened < 0)
                continue;
            using var one = new FileHandle((int)opened);
            if (TryLock(one.Fd, path, wait: false))
                TryRemove(directory.Fd, leaf, path);
        }
    }

    private static void TryRemove(int parentFd, byte[] leaf, string path)
    {
        try
        {
            TreeRemoval.Remove(parentFd, leaf, path);
        }
        catch (ContainerException)
        {
            // Not ours to remove, or a mount is in it: it is in nobody's way.
        }
    }

    // False when it is somebody's, or gone.
    private static bool TryLock(int fd, string path, bool wait)
    {
        nint result;
        do
            result = Syscall.Call(SyscallNumber.flock, fd, LOCK_EX | (wait ? 0 : LOCK_NB));
        while (result == -Errno.EINTR);
        return result == 0 && FileStatus.Of(fd, path).stx_nlink > 0;
    }
}
