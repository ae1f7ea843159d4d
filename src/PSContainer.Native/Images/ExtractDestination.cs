using PSContainer.Kernel;
using PSContainer.Rooted;
using PSContainer.Trees;
using static PSContainer.Kernel.Files;

namespace PSContainer.Images;

/// <summary>
/// The directory an archive is unpacked into. A new one is made under a temporary name beside it and renamed when it is whole, so
/// that under its name there is never a half of it, whenever this process dies; what it then leaves, the next one removes.
/// </summary>
internal sealed class ExtractDestination : IDisposable
{
    private readonly string path;
    private readonly PartialDirectory? temporary;
    private readonly bool clean;
    private bool committed;

    private ExtractDestination(string path, PartialDirectory? temporary, RootedDirectory root, bool clean) =>
        (this.path, this.temporary, Root, this.clean) = (path, temporary, root, clean);

    internal RootedDirectory Root { get; }

    /// <summary>Whether there is no directory yet under the name.</summary>
    internal bool IsNew => temporary is not null;

    /// <summary>Opens the destination, or begins a new one.</summary>
    /// <exception cref="ContainerException">It is no directory or not empty, or its parent is missing.</exception>
    internal static ExtractDestination Prepare(string path, bool allowNonEmpty)
    {
        nint found = statx(AT_FDCWD, PathBytes.From(path), 0, STATX_BASIC_STATS, out statx_data data);
        if (found == 0)
            return OpenExisting(path, data, allowNonEmpty);
        if (-found == Errno.EACCES)
            WriteAccess.Require(path);
        if (-found != Errno.ENOENT)
            throw Syscall.Failure((int)-found, "statx", path);
        PartialDirectory made = PartialDirectory.Make(path);
        return new ExtractDestination(path, made, Open(made), clean: true);
    }

    // By its descriptor: in a directory of somebody else's, its name may lead elsewhere by now.
    private static RootedDirectory Open(PartialDirectory made)
    {
        try
        {
            return made.OpenRooted();
        }
        catch
        {
            made.Remove();
            made.Dispose();
            throw;
        }
    }

    private static ExtractDestination OpenExisting(string path, statx_data data, bool allowNonEmpty)
    {
        if ((data.stx_mode & S_IFMT) != S_IFDIR)
            throw new ContainerException(
                $"The destination '{path}' is a {FileStatus.KindOf(data.stx_mode)}, not a directory.") { Target = path };
        WriteAccess.Require(Path.Combine(path, "."));
        RootedDirectory root = RootedDirectory.OpenHost(path);
        bool empty;
        using (FileHandle directory = root.Open(".", O_RDONLY | O_DIRECTORY))
            empty = TreeRemoval.Names(directory.Fd, path).Count == 0;
        if (empty || allowNonEmpty)
            return new ExtractDestination(path, null, root, clean: empty);
        root.Dispose();
        throw new ContainerException(
            $"The destination '{path}' is not empty.", "Choose a directory that is empty or does not exist.")
        {
            Errno = Errno.ENOTEMPTY, Target = path,
        };
    }

    /// <summary>Gives a new directory its name.</summary>
    internal void Commit()
    {
        temporary?.Commit(path);
        committed = true;
    }

    /// <summary>Closes the directory; unless it was committed, removes what was made.</summary>
    public void Dispose()
    {
        if (!committed && temporary is not null)
            temporary.Remove();
        else if (!committed && clean)
        {
            using FileHandle directory = Root.Open(".", O_RDONLY | O_DIRECTORY);
            TreeRemoval.RemoveContents(directory.Fd, path);
        }
        Root.Dispose();
        temporary?.Dispose();
    }
}
