using PSContainer.Kernel;
using PSContainer.Rooted;
using static PSContainer.Kernel.Files;

namespace PSContainer.Trees;

/// <summary>
/// A directory that was made where the caller said, maybe in somebody else's directory: held with the one that it is in, so that
/// its path is resolved once and all that follows is done to what was made.
/// </summary>
internal sealed class MadeDirectory : IDisposable
{
    private readonly FileHandle _parent, _self;
    private readonly List<string> _above;
    private string _path;

    private MadeDirectory(string path, FileHandle parent, FileHandle self, List<string> above) =>
        (_path, _parent, _self, _above) = (path, parent, self, above);

    /// <summary>Its path, as the caller wrote it.</summary>
    internal string Path => _path;

    /// <summary>Its descriptor, which can be read.</summary>
    internal int Fd => _self.Fd;

    /// <summary>The directory that it is in, O_PATH.</summary>
    internal int ParentFd => _parent.Fd;

    /// <summary>Makes one that only the caller may pass; the one above has to be there.</summary>
    /// <param name="path">An absolute path.</param>
    /// <exception cref="ContainerException">It cannot be made, or was exchanged meanwhile.</exception>
    internal static MadeDirectory Make(string path)
    {
        nint result = TryMake(path, makesAbove: false, out MadeDirectory? made);
        Syscall.Check(result, "mkdirat", path);
        return made!;
    }

    /// <summary>As <see cref="Make"/>, where there may be one already.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="makesAbove">Whether those above are made too.</param>
    /// <param name="made">The directory.</param>
    /// <returns>0, or the negated error number of mkdir(2).</returns>
    /// <exception cref="ContainerException">One above cannot be made, or one was exchanged meanwhile.</exception>
    internal static nint TryMake(string path, bool makesAbove, out MadeDirectory? made)
    {
        made = null;
        string full = path.TrimEnd('/');
        if (System.IO.Path.GetDirectoryName(full) is not { } parent)
            return -Errno.EEXIST;
        List<string> above = [];
        try
        {
            nint opened = makesAbove ? PrivateDirectory.Open(parent, above).Release()
                : openat(AT_FDCWD, PathBytes.From(parent), O_PATH | O_DIRECTORY | O_CLOEXEC);
            return opened < 0 ? opened : TryMake(new FileHandle((int)opened), full, above, out made);
        }
        finally
        {
            if (made is null)
                RemoveEmpty(above);
        }
    }

    /// <summary>As <see cref="Make"/>, in a directory that is open.</summary>
    /// <param name="parent">That one, which is taken over.</param>
    /// <param name="path">The path, of which only the name counts.</param>
    /// <param name="above">Directories that were made for it, which are removed with it.</param>
    /// <param name="made">The directory.</param>
    /// <returns>0, or the negated error number of mkdir(2).</returns>
    /// <exception cref="ContainerException">It was exchanged meanwhile.</exception>
    internal static nint TryMake(FileHandle parent, string path, List<string> above, out MadeDirectory? made)
    {
        made = null;
        byte[] name = NameOf(path);
        nint result = mkdirat(parent.Fd, name, FreshDirectory.Mode);
        try
        {
            if (result == 0)
                made = new MadeDirectory(path, parent, FreshDirectory.Open(parent.Fd, name, path), above);
            return result;
        }
        finally
        {
            if (made is null)
            {
                if (result == 0)
                    unlinkat(parent.Fd, name, AT_REMOVEDIR);
                parent.Dispose();
            }
        }
    }

    /// <summary>Whether its name still leads to it.</summary>
    internal bool IsInPlace
    {
        get
        {
            nint fd = openat(_parent.Fd, NameOf(_path), O_PATH | O_NOFOLLOW | O_CLOEXEC);
            if (fd < 0)
                return false;
            using var found = new FileHandle((int)fd);
            return SameFile.Is(found.Fd, _self.Fd);
        }
    }

    /// <summary>Refuses one whose name leads to something else.</summary>
    /// <exception cref="ContainerException">It does.</exception>
    internal void RequireInPlace()
    {
        if (!IsInPlace)
            throw FreshDirectory.Exchanged(_path);
    }

    /// <summary>Gives it another name in the same directory, renameat2(2).</summary>
    /// <param name="path">The path with that name.</param>
    /// <param name="flags">RENAME_NOREPLACE or RENAME_EXCHANGE.</param>
    /// <returns>0, or the negated error number.</returns>
    /// <exception cref="ContainerException">What is under its name is something else.</exception>
    internal nint Rename(string path, uint flags)
    {
        RequireInPlace();
        nint result = renameat2(_parent.Fd, NameOf(_path), _parent.Fd, NameOf(path), flags);
        if (result < 0)
            return result;
        _path = path;
        RequireInPlace();
        return result;
    }

    /// <summary>Another descriptor of it, as the root of paths.</summary>
    /// <exception cref="ContainerException">The kernel has no openat2(2).</exception>
    internal RootedDirectory OpenRooted() =>
        RootedDirectory.FromHandle(FileStatus.Reopen(_self.Fd, O_PATH | O_DIRECTORY, _path), _path);

    /// <summary>Removes it, with all that is in it and those above it that were made for it.</summary>
    /// <exception cref="ContainerException">Something in it is a mount point, or cannot be removed.</exception>
    internal void Remove()
    {
        // What is in a directory of the kernel's (a cgroup) cannot be unlinked, but goes with it.
        if (!IsInPlace || unlinkat(_parent.Fd, NameOf(_path), AT_REMOVEDIR) < 0)
        {
            using (FileHandle contents = FileStatus.Reopen(_self.Fd, O_RDONLY | O_DIRECTORY, _path))
                TreeRemoval.RemoveContents(contents.Fd, _path);
            if (IsInPlace)
                Syscall.Check(unlinkat(_parent.Fd, NameOf(_path), AT_REMOVEDIR), "unlinkat", _path);
        }
        RemoveEmpty(_above);
    }

    /// <summary>Lets go of it; it stays.</summary>
    public void Dispose()
    {
        _self.Dispose();
        _parent.Dispose();
    }

    /// <summary>Removes directories that were made, the inner ones first, as far as nothing is in them.</summary>
    internal static void RemoveEmpty(List<string> above)
    {
        foreach (string path in Enumerable.Reverse(above))
            unlinkat(AT_FDCWD, PathBytes.From(path), AT_REMOVEDIR);
    }

    private static byte[] NameOf(string path) => PathBytes.From(System.IO.Path.GetFileName(path));
}
