using PSContainer.Kernel;
using PSContainer.Rooted;
using PSContainer.State;
using static PSContainer.Kernel.Files;

namespace PSContainer.Images;

/// <summary>
/// A directory that becomes another when it is whole. It is locked for as long as somebody works on it, flock(2): one that is not is
/// what a process left that was killed, and is removed by the next that makes one for the same name.
/// </summary>
internal sealed class PartialDirectory : IDisposable
{
    private const int LOCK_EX = 2, LOCK_NB = 4;
    private const string End = ".partial";
    private readonly FileHandle _lock;
    private readonly List<string> _above;

    private PartialDirectory(string path, FileHandle held, List<string> above) => (Path, _lock, _above) = (path, held, above);

    /// <summary>Its path.</summary>
    internal string Path { get; }

    /// <summary>Makes one beside what it will be, and the directories above that are not there, which only the caller may pass.</summary>
    /// <param name="path">What it will be, absolute.</param>
    /// <exception cref="ContainerException">It cannot be made.</exception>
    internal static PartialDirectory Make(string path)
    {
        WriteAccess.Require(path);
        string parent = System.IO.Path.GetDirectoryName(path)!;
        string begin = $".{System.IO.Path.GetFileName(path)}.";
        RemoveAbandoned(parent, begin);
        var above = new List<string>();
        if (!Directory.Exists(parent))
            PrivateDirectory.Make(parent, above);
        while (true)
        {
            string made = System.IO.Path.Combine(parent, $"{begin}{Guid.NewGuid():n}{End}");
            Syscall.Check(PrivateDirectory.TryMake(made), "mkdirat", made);
            // Between making and locking it, somebody may have taken it for abandoned.
            if (TryHold(made, wait: true) is { } held)
                return new PartialDirectory(made, held, above);
        }
    }

    /// <summary>Removes the directories above that were made for it, once it is gone.</summary>
    internal void RemoveAbove()
    {
        foreach (string path in Enumerable.Reverse(_above))
            unlinkat(AT_FDCWD, PathBytes.From(path), AT_REMOVEDIR);
    }

    /// <summary>Lets go of it; it stays.</summary>
    public void Dispose() => _lock.Dispose();

    private static void RemoveAbandoned(string parent, string begin)
    {
        foreach (string name in Names(parent))
        {
            bool isOne = name.StartsWith(begin, StringComparison.Ordinal) && name.EndsWith(End, StringComparison.Ordinal)
                && Guid.TryParseExact(name[begin.Length..^End.Length], "n", out _);
            string path = System.IO.Path.Combine(parent, name);
            if (!isOne || TryHold(path, wait: false) is not { } held)
                continue;
            using (held)
                TryRemove(path);
        }
    }

    private static List<string> Names(string parent)
    {
        nint fd = openat(AT_FDCWD, PathBytes.From(parent), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
            return [];
        using var directory = new FileHandle((int)fd);
        return [.. TreeRemoval.Names(directory.Fd, parent).Select(name => PathBytes.Describe(name))];
    }

    private static void TryRemove(string path)
    {
        try
        {
            TreeRemoval.Remove(path);
        }
        catch (ContainerException)
        {
            // Not ours to remove, or a mount is in it: it is in nobody's way.
        }
    }

    // Null when it is somebody's, or gone.
    private static FileHandle? TryHold(string path, bool wait)
    {
        nint fd = openat(AT_FDCWD, PathBytes.From(path), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0)
            return null;
        var directory = new FileHandle((int)fd);
        nint result;
        do
            result = Syscall.Call(SyscallNumber.flock, directory.Fd, LOCK_EX | (wait ? 0 : LOCK_NB));
        while (result == -Errno.EINTR);
        if (result == 0 && FileStatus.Of(directory.Fd, path).stx_nlink > 0)
            return directory;
        directory.Dispose();
        return null;
    }
}
