using PSContainer.Kernel;
using static PSContainer.Kernel.Files;

namespace PSContainer.Rooted;

/// <summary>Copies what descriptors refer to into directories that descriptors refer to.</summary>
/// <param name="options">How.</param>
/// <param name="toHost">Whether the copies are the host's.</param>
/// <param name="tops">How the source and its copy are called in messages.</param>
/// <param name="cancellation">Ends it.</param>
internal sealed class TreeCopier(
    TreeCopyOptions options, bool toHost, (string Source, string Copy) tops, CancellationToken cancellation)
{
    private readonly CopyMetadata metadata = new(options, toHost);
    private readonly List<string> warnings = [];
    private readonly CopyReport report = new(options.Progress);
    private (uint Major, uint Minor, ulong Inode)? top;
    private int depth;

    internal long Entries { get; private set; }

    internal long Bytes { get; private set; }

    internal IReadOnlyList<string> Warnings => warnings;

    /// <summary>Copies a file, link or tree.</summary>
    /// <param name="place">The source, O_PATH.</param>
    /// <param name="data">What it is.</param>
    /// <param name="directoryFd">The directory that receives it.</param>
    /// <param name="leaf">Its name there, with a NUL.</param>
    /// <param name="name">The source, for messages.</param>
    /// <returns>Whether there is something under the name now that was not there before.</returns>
    internal bool CopyEntry(FileHandle place, statx_data data, int directoryFd, byte[] leaf, string name)
    {
        cancellation.ThrowIfCancellationRequested();
        report.Tell(Entries, Bytes);
        if (++Entries > options.MaxEntries)
            throw new ContainerException(
                $"'{name}': there are more than {options.MaxEntries} files to copy.", "Copy them in several parts.");
        switch ((uint)data.stx_mode & S_IFMT)
        {
            case S_IFDIR:
                return CopyDirectory(place, data, directoryFd, leaf, name);
            case S_IFREG:
                return CopyFile(place, data, directoryFd, leaf, name);
            case S_IFLNK:
                byte[] target = ReadLink(place, name);
                return Replace(
                    directoryFd, leaf, name, temporary => symlinkat(target, directoryFd, temporary), "symlinkat",
                    temporary => metadata.ApplyToNode(directoryFd, temporary, data, name));
            case S_IFSOCK:
                warnings.Add($"The socket '{name}' was left out.");
                return false;
            default:
                return CopyNode(data, directoryFd, leaf, name);
        }
    }

    /// <summary>Copies what is in a directory into another, which is there.</summary>
    internal void CopyContents(FileHandle place, statx_data data, FileHandle directory, string name)
    {
        if ((data.stx_mode & S_IFMT) != S_IFDIR)
            throw new ContainerException($"'{name}' is not a directory.");
        using FileHandle target = FileStatus.Reopen(directory.Fd, O_RDONLY | O_DIRECTORY, name);
        top ??= Identity(FileStatus.Of(target.Fd, name));
        CopyChildren(place, data, target.Fd, name);
    }

    private bool CopyDirectory(FileHandle place, statx_data data, int directoryFd, byte[] leaf, string name)
    {
        if (Identity(data) == top)
            throw new ContainerException($"'{name}' cannot be copied into itself.");
        if (++depth > options.MaxDepth)
            throw new ContainerException($"'{name}' lies deeper than {options.MaxDepth} directories.");
        nint made = mkdirat(directoryFd, leaf, 0x1c0);
        if (made < 0 && -made != Errno.EEXIST)
            throw Syscall.Failure((int)-made, "mkdirat", CopyOf(name));
        try
        {
            using FileHandle target = made == 0
                ? FreshDirectory.Open(directoryFd, leaf, CopyOf(name)) : OpenThere(directoryFd, leaf, name);
            top ??= Identity(FileStatus.Of(target.Fd, name));
            CopyChildren(place, data, target.Fd, name);
            if (made == 0)
                metadata.ApplyTo(target.Fd, data, name);
        }
        catch when (made == 0)
        {
            TreeRemoval.Remove(directoryFd, leaf, name);
            throw;
        }
        depth--;
        return made == 0;
    }

    private FileHandle OpenThere(int directoryFd, byte[] leaf, string name)
    {
        nint fd = openat(directoryFd, leaf, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (-fd is Errno.ENOTDIR or Errno.ELOOP)
            throw new ContainerException(
                $"'{name}' is a directory, but none is in its place at the destination.") { Target = name };
        return new FileHandle((int)Syscall.Check(fd, "openat", CopyOf(name)));
    }

    private void CopyChildren(FileHandle place, statx_data data, int targetFd, string name)
    {
        using FileHandle source = FileStatus.Reopen(place.Fd, O_RDONLY | O_DIRECTORY, name);
        var made = new List<byte[]>();
        try
        {
            foreach (byte[] child in TreeRemoval.Names(source.Fd, name))
            {
                string childName = $"{name.TrimEnd('/')}/{PathBytes.Describe(child)}";
                nint fd = openat(source.Fd, child, O_PATH | O_NOFOLLOW | O_CLOEXEC);
                if (-fd == Errno.ENOENT)
                    continue; // Removed while this runs.
                using var childPlace = new FileHandle((int)Syscall.Check(fd, "openat", childName));
                statx_data childData = FileStatus.Of(childPlace.Fd, childName);
                if (childData.stx_mnt_id != data.stx_mnt_id && KernelFilesystem.Is(childPlace.Fd))
                    warnings.Add($"'{childName}' was left out: the kernel makes up what is in it.");
                else if (CopyEntry(childPlace, childData, targetFd, child, childName))
                    made.Add(child);
            }
        }
        catch
        {
            foreach (byte[] child in made)
                TreeRemoval.Remove(targetFd, child, name);
            throw;
        }
    }

    private bool CopyFile(FileHandle place, statx_data data, int directoryFd, byte[] leaf, string name)
    {
        using FileHandle source = FileStatus.Reopen(place.Fd, O_RDONLY | O_NONBLOCK, name);
        FileHandle? target = null;
        try
        {
            return Replace(directoryFd, leaf, name, Create, "openat", _ =>
            {
                Bytes += CopyContent.Copy(
                    source.Fd, target!.Fd, (long)data.stx_size, options.MaxBytes - Bytes, (name, CopyOf(name)), cancellation,
                    more => report.Tell(Entries, Bytes + more));
                metadata.ApplyTo(target.Fd, data, name, warnings);
                if (options.KeepReplaced)
                    metadata.KeepReplaced(target.Fd, directoryFd, leaf, CopyOf(name));
            });
        }
        finally
        {
            target?.Dispose();
        }

        nint Create(byte[] temporary)
        {
            nint fd = openat(directoryFd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0x180);
            target = new FileHandle((int)fd);
            return fd;
        }
    }

    private bool CopyNode(statx_data data, int directoryFd, byte[] leaf, string name)
    {
        uint type = (uint)data.stx_mode & S_IFMT;
        if (toHost && type != S_IFIFO && !options.KeepPrivileges)
        {
            warnings.Add($"The device '{name}' was left out.");
            return false;
        }
        ulong device = makedev(data.stx_rdev_major, data.stx_rdev_minor);
        return Replace(
            directoryFd, leaf, name, temporary => mknodat(directoryFd, temporary, type | 0x180, device), "mknodat",
            temporary => metadata.ApplyToNode(directoryFd, temporary, data, name));
    }

    /// <summary>
    /// Makes something under a temporary name and renames it when it is whole: a link that lies under the name is replaced and
    /// never written through, and no reader sees a half of a file.
    /// </summary>
    private bool Replace(
        int directoryFd, byte[] leaf, string name, Func<byte[], nint> make, string call, Action<byte[]> finish)
    {
        byte[] temporary = PathBytes.From($".psc-copy-{Guid.NewGuid():n}");
        string copy = CopyOf(name);
        Syscall.Check(make(temporary), call, copy);
        try
        {
            finish(temporary);
            nint renamed = renameat2(directoryFd, temporary, directoryFd, leaf, RENAME_NOREPLACE);
            bool isNew = renamed == 0;
            if (!isNew)
            {
                RequireNoMount(directoryFd, leaf, name);
                renamed = renameat2(directoryFd, temporary, directoryFd, leaf);
            }
            if (-renamed == Errno.EISDIR)
                throw new ContainerException(
                    $"'{name}' is no directory, but one is in its place at the destination.") { Target = name };
            Syscall.Check(renamed, "renameat2", copy);
            return isNew;
        }
        catch
        {
            unlinkat(directoryFd, temporary);
            throw;
        }
    }

    // From the host's mount namespace the kernel lets a file be renamed over a container's mount point: the mount would be gone, and
    // with it what it covers or keeps from being written. A link of the container may have led here.
    private static void RequireNoMount(int directoryFd, byte[] leaf, string name)
    {
        nint found = statx(directoryFd, leaf, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, out statx_data data);
        if (found == 0 && (data.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0)
        {
            throw new ContainerException(
                $"'{name}' cannot be copied over '{PathBytes.Describe(leaf)}', on which something is mounted.",
                "Change what is mounted there, at its source.")
            { Errno = Errno.EBUSY, Target = name };
        }
    }

    // What fails on the side of the copy is about the copy: a full filesystem, a directory that nothing may be written in.
    private string CopyOf(string name)
    {
        string source = tops.Source.TrimEnd('/');
        return name.StartsWith(source, StringComparison.Ordinal)
            ? tops.Copy.TrimEnd('/') + name[source.Length..].TrimEnd('/') : tops.Copy;
    }

    private static byte[] ReadLink(FileHandle place, string name)
    {
        byte[] buffer = new byte[4096];
        nint length = Syscall.Check(readlinkat(place.Fd, "\0"u8, buffer), "readlinkat", name);
        return PathBytes.From(buffer.AsSpan(0, (int)length));
    }

    private static (uint Major, uint Minor, ulong Inode) Identity(statx_data data) =>
        (data.stx_dev_major, data.stx_dev_minor, data.stx_ino);
}
