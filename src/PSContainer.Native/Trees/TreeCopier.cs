using PSContainer.Kernel;
using PSContainer.Rooted;
using static PSContainer.Kernel.Files;

namespace PSContainer.Trees;

/// <summary>Copies what descriptors refer to into directories that descriptors refer to.</summary>
internal sealed class TreeCopier
{
    private readonly TreeCopyOptions options;
    private readonly bool toHost;
    private readonly CancellationToken cancellation;
    private readonly CopyMetadata metadata;
    private readonly List<string> warnings = [];
    private readonly CopyLinks links = new();
    private readonly CopyReport report;
    private (uint Major, uint Minor, ulong Inode)? top;
    private int depth;

    internal TreeCopier(TreeCopyOptions options, bool toHost, CancellationToken cancellation)
    {
        (this.options, this.toHost, this.cancellation) = (options, toHost, cancellation);
        metadata = new(options, toHost, warnings);
        report = new(options.Progress);
    }

    internal long Entries { get; private set; }

    internal long Bytes { get; private set; }

    internal IReadOnlyList<string> Warnings => warnings;

    /// <summary>Copies a file, link or tree.</summary>
    /// <param name="place">The source, O_PATH.</param>
    /// <param name="data">What it is.</param>
    /// <param name="directoryFd">The directory that receives it.</param>
    /// <param name="leaf">Its name there, with a NUL.</param>
    /// <param name="name">Source and copy, for messages.</param>
    internal void Copy(FileHandle place, statx_data data, int directoryFd, byte[] leaf, CopyName name)
    {
        links.Top = directoryFd;
        CopyEntry(place, data, directoryFd, leaf, name);
    }

    /// <summary>Copies what is in a directory into another, which is there.</summary>
    internal void CopyContents(FileHandle place, statx_data data, FileHandle directory, CopyName name)
    {
        if ((data.stx_mode & S_IFMT) != S_IFDIR)
            throw new ContainerException($"'{name.Source}' is not a directory.");
        using FileHandle source = FileStatus.Reopen(place.Fd, O_RDONLY | O_DIRECTORY, name.Source);
        using FileHandle target = FileStatus.Reopen(directory.Fd, O_RDONLY | O_DIRECTORY, name.Target);
        links.Top = target.Fd;
        top ??= FileStatus.IdentityOf(FileStatus.Of(target.Fd, name.Target));
        CopyChildren(source, data, target.Fd, name);
    }

    // Tells whether there is something under the name now that was not there before.
    private bool CopyEntry(FileHandle place, statx_data data, int directoryFd, byte[] leaf, CopyName name)
    {
        cancellation.ThrowIfCancellationRequested();
        report.Tell(Entries, Bytes);
        if (++Entries > options.MaxEntries)
            throw new ContainerException(
                $"'{name.Source}': there are more than {options.MaxEntries} files to copy.", "Copy them in several parts.");
        uint type = data.stx_mode & S_IFMT;
        if (type == S_IFDIR)
            return CopyDirectory(place, data, directoryFd, leaf, name);
        if (type == S_IFSOCK)
        {
            warnings.Add($"The socket '{name.Source}' was left out.");
            return false;
        }
        if (toHost && type is S_IFCHR or S_IFBLK && !options.KeepPrivileges)
        {
            warnings.Add($"The device '{name.Source}' was left out.");
            return false;
        }
        CopyPlace.RequireReplaceable(directoryFd, leaf, data, name);
        if (CopyLink(data, directoryFd, leaf, name) is { } linked)
            return linked;
        bool isNew = type switch
        {
            S_IFREG => CopyFile(place, data, directoryFd, leaf, name),
            S_IFLNK => CopySymbolicLink(place, data, directoryFd, leaf, name),
            _ => CopyNode(data, directoryFd, leaf, name),
        };
        links.Add(data, directoryFd, leaf);
        return isNew;
    }

    private bool CopyDirectory(FileHandle place, statx_data data, int directoryFd, byte[] leaf, CopyName name)
    {
        if (FileStatus.IdentityOf(data) == top)
            throw new ContainerException($"'{name.Source}' cannot be copied into itself.");
        if (++depth > options.MaxDepth)
            throw new ContainerException($"'{name.Source}' lies deeper than {options.MaxDepth} directories.");
        nint made = mkdirat(directoryFd, leaf, 0x1c0);
        if (made < 0 && -made != Errno.EEXIST)
            throw Syscall.Failure((int)-made, "mkdirat", name.Target);
        try
        {
            using FileHandle target = made == 0
                ? FreshDirectory.Open(directoryFd, leaf, name.Target) : OpenThere(directoryFd, leaf, name);
            using FileHandle source = FileStatus.Reopen(place.Fd, O_RDONLY | O_DIRECTORY, name.Source);
            top ??= FileStatus.IdentityOf(FileStatus.Of(target.Fd, name.Target));
            links.Enter(leaf);
            CopyChildren(source, data, target.Fd, name);
            links.Leave();
            if (made == 0)
                metadata.ApplyTo(target.Fd, source.Fd, data, name.Target);
        }
        catch when (made == 0)
        {
            TreeRemoval.Remove(directoryFd, leaf, name.Target);
            throw;
        }
        depth--;
        return made == 0;
    }

    private static FileHandle OpenThere(int directoryFd, byte[] leaf, CopyName name)
    {
        nint fd = openat(directoryFd, leaf, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (-fd is Errno.ENOTDIR or Errno.ELOOP)
            throw new ContainerException(
                $"'{name.Source}' is a directory, but none is in its place at the destination.") { Target = name.Target };
        return new FileHandle((int)Syscall.Check(fd, "openat", name.Target));
    }

    private void CopyChildren(FileHandle source, statx_data data, int targetFd, CopyName name)
    {
        var made = new List<byte[]>();
        try
        {
            foreach (byte[] child in TreeRemoval.Names(source.Fd, name.Source))
            {
                CopyName below = name.Below(child);
                nint fd = openat(source.Fd, child, O_PATH | O_NOFOLLOW | O_CLOEXEC);
                if (-fd == Errno.ENOENT)
                    continue; // Removed while this runs.
                using var childPlace = new FileHandle((int)Syscall.Check(fd, "openat", below.Source));
                statx_data childData = FileStatus.Of(childPlace.Fd, below.Source);
                if (childData.stx_mnt_id != data.stx_mnt_id && KernelFilesystem.Is(childPlace.Fd))
                    warnings.Add($"'{below.Source}' was left out: the kernel makes up what is in it.");
                else if (CopyEntry(childPlace, childData, targetFd, child, below))
                    made.Add(child);
            }
        }
        catch
        {
            foreach (byte[] child in made)
                TreeRemoval.Remove(targetFd, child, name.Target);
            throw;
        }
    }

    // Another name of what was copied already. Where the kernel does not link it, it is copied once more.
    private bool? CopyLink(statx_data data, int directoryFd, byte[] leaf, CopyName name)
    {
        using FileHandle? copy = links.Find(data);
        if (copy is null)
            return null;
        byte[] temporary = CopyPlace.TemporaryName();
        if (linkat(AT_FDCWD, PathBytes.OfDescriptor(copy.Fd), directoryFd, temporary, AT_SYMLINK_FOLLOW) < 0)
            return null;
        return CopyPlace.Finish(directoryFd, temporary, leaf, data, name, static () => { });
    }

    private bool CopyFile(FileHandle place, statx_data data, int directoryFd, byte[] leaf, CopyName name)
    {
        using FileHandle source = FileStatus.Reopen(place.Fd, O_RDONLY | O_NONBLOCK, name.Source);
        byte[] temporary = CopyPlace.TemporaryName();
        nint fd = openat(directoryFd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0x180);
        using var target = new FileHandle((int)Syscall.Check(fd, "openat", name.Target));
        return CopyPlace.Finish(directoryFd, temporary, leaf, data, name, () =>
        {
            Bytes += CopyContent.Copy(
                source.Fd, target.Fd, (long)data.stx_size, options.MaxBytes - Bytes, name, cancellation,
                more => report.Tell(Entries, Bytes + more));
            metadata.ApplyTo(target.Fd, source.Fd, data, name.Target);
            if (options.KeepReplaced)
                metadata.KeepReplaced(target.Fd, directoryFd, leaf, name.Target);
        });
    }

    private bool CopySymbolicLink(FileHandle place, statx_data data, int directoryFd, byte[] leaf, CopyName name)
    {
        byte[] buffer = new byte[4096], temporary = CopyPlace.TemporaryName();
        nint length = Syscall.Check(readlinkat(place.Fd, "\0"u8, buffer), "readlinkat", name.Source);
        byte[] link = PathBytes.From(buffer.AsSpan(0, (int)length));
        Syscall.Check(symlinkat(link, directoryFd, temporary), "symlinkat", name.Target);
        return FinishNode(data, directoryFd, temporary, leaf, name);
    }

    private bool CopyNode(statx_data data, int directoryFd, byte[] leaf, CopyName name)
    {
        byte[] temporary = CopyPlace.TemporaryName();
        ulong device = makedev(data.stx_rdev_major, data.stx_rdev_minor);
        Syscall.Check(mknodat(directoryFd, temporary, (data.stx_mode & S_IFMT) | 0x180, device), "mknodat", name.Target);
        return FinishNode(data, directoryFd, temporary, leaf, name);
    }

    private bool FinishNode(statx_data data, int directoryFd, byte[] temporary, byte[] leaf, CopyName name) =>
        CopyPlace.Finish(
            directoryFd, temporary, leaf, data, name, () => metadata.ApplyToNode(directoryFd, temporary, data, name.Target));
}
