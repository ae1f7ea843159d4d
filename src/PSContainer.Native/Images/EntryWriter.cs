using PSContainer.Kernel;
using PSContainer.Rooted;
using PSContainer.Trees;
using static PSContainer.Kernel.Files;

namespace PSContainer.Images;

/// <summary>Makes what the entries of an archive say, beneath a root.</summary>
/// <remarks>
/// Each is made by name in a directory held by a descriptor: exclusively, so that no link that lies there is followed. What
/// lies there is removed first. Directories on the way are resolved by the kernel with the destination as root.
/// </remarks>
internal sealed class EntryWriter : IDisposable
{
    private const uint MaxMajor = 0xfff, MaxMinor = 0xfffff; // mknod(2) takes 12 and 20 bits and drops the rest.

    private readonly RootedDirectory root;
    private readonly ExtractOptions options;
    private readonly ExtractWarnings warnings;
    private readonly EntryMetadata metadata;
    private readonly ParentDirectories parents;
    private readonly PendingDirectories directories = new();
    private readonly Whiteouts? whiteouts;

    internal EntryWriter(RootedDirectory root, ExtractOptions options, ExtractWarnings warnings)
    {
        (this.root, this.options, this.warnings) = (root, options, warnings);
        metadata = new EntryMetadata(options, warnings);
        parents = new ParentDirectories(root, MakeWay);
        whiteouts = !options.IsLayer ? null
            : options.AllowNonEmptyDestination ? new AppliedWhiteouts(root)
            : new OverlayWhiteouts(root, parents, directories);
    }

    /// <summary>The first set-user-id file or device that was made, and how many there are.</summary>
    internal (string First, int Count) Privileged { get; private set; }

    /// <summary>Bytes written into files.</summary>
    internal long Length { get; private set; }

    /// <summary>Makes one entry.</summary>
    internal void Write(TarEntry entry, TarArchiveReader data)
    {
        byte[] path = ArchivePath.Normalize(entry.Name, options.Limits);
        if (path.Length == 0)
        {
            if (entry.Type != TarEntryType.Directory)
                throw new InvalidArchiveException("its entry for the root itself is no directory");
            directories.Add(path, entry);
            return;
        }
        ArchivePath.Split(path, out byte[] parent, out byte[] leaf);
        if (whiteouts is not null && whiteouts.Apply(parent, leaf))
        {
            parents.Forget();
            return;
        }
        int parentFd = parents.Open(parent, directories.AddImplicit);
        Make(entry, data, parentFd, path, leaf);
        whiteouts?.Written(path);
        if (whiteouts is null && Whiteouts.IsWhiteout(leaf))
            warnings.Add("A whiteout of a layer was unpacked as a file (-Layer carries it out)", entry.Name);
    }

    /// <summary>Makes an archive's silence about its root mean an ordinary one.</summary>
    internal void ExpectRoot() => directories.AddImplicit([]);

    /// <summary>Gives directories what they get last.</summary>
    internal void Finish() => directories.Finish(root, metadata);

    private void Make(TarEntry entry, TarArchiveReader data, int parentFd, byte[] path, byte[] leaf)
    {
        switch (entry.Type)
        {
            case TarEntryType.Directory:
                MakeDirectory(parentFd, path, leaf);
                directories.Add(path, entry);
                break;
            case TarEntryType.File:
                MakeFile(entry, data, parentFd, path, leaf);
                break;
            case TarEntryType.SymbolicLink:
                byte[] target = LinkTarget(entry);
                Check(Replacing(parentFd, path, leaf, () => symlinkat(target, parentFd, leaf)), "symlinkat", entry);
                metadata.ApplyToNode(parentFd, leaf, S_IFLNK, entry);
                break;
            case TarEntryType.HardLink:
                MakeHardLink(entry, parentFd, path, leaf);
                break;
            default:
                MakeNode(entry, parentFd, path, leaf);
                break;
        }
    }

    private static byte[] LinkTarget(TarEntry entry) => entry.LinkName.Length is > 0 and < 4096
        ? PathBytes.From(entry.LinkName)
        : throw new InvalidArchiveException(
            $"its link '{PathBytes.Describe(entry.Name)}' has a target of {entry.LinkName.Length} bytes");

    private void MakeDirectory(int parentFd, byte[] path, byte[] leaf)
    {
        nint result = mkdirat(parentFd, leaf, 0x1c0);
        if (-result == Errno.EEXIST)
        {
            Check(statx(parentFd, leaf, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, out statx_data data), "statx", path);
            if ((data.stx_mode & S_IFMT) == S_IFDIR)
                return;
            result = Replacing(parentFd, path, leaf, () => mkdirat(parentFd, leaf, 0x1c0));
        }
        Check(result, "mkdirat", path);
        whiteouts?.DirectoryMade(path);
    }

    // What a layer has a directory for may have been a file below; overlayfs would show the directory.
    private void MakeWay(int parentFd, byte[] path, byte[] leaf)
    {
        if (!options.IsLayer || whiteouts!.IsWritten(ParentDirectories.KeyOf(path)))
        {
            throw new InvalidArchiveException(
                $"it has entries below '{PathBytes.Describe(path)}', which is no directory",
                "Unpack into a directory that does not exist, or with -Layer -Force what is a layer above what is there.");
        }
        Check(unlinkat(parentFd, leaf), "unlinkat", path);
        Check(mkdirat(parentFd, leaf, 0x1c0), "mkdirat", path);
        whiteouts.DirectoryMade(path);
    }

    private void NotePrivileged(TarEntry entry)
    {
        bool has = entry.Type is TarEntryType.CharacterDevice or TarEntryType.BlockDevice
            || (metadata.SetsOwners && (entry.Mode & (S_ISUID | S_ISGID)) != 0);
        if (has)
            Privileged = (Privileged.First ?? PathBytes.Describe(entry.Name), Privileged.Count + 1);
    }

    private void MakeFile(TarEntry entry, TarArchiveReader data, int parentFd, byte[] path, byte[] leaf)
    {
        nint fd = Replacing(
            parentFd, path, leaf, () => openat(parentFd, leaf, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0x180));
        using var file = new FileHandle((int)Check(fd, "openat", entry));
        FileContent.Write(file.Fd, entry, data);
        Length += entry.Size;
        metadata.ApplyTo(file.Fd, entry);
        NotePrivileged(entry);
    }

    private void MakeHardLink(TarEntry entry, int parentFd, byte[] path, byte[] leaf)
    {
        byte[] target = ArchivePath.Normalize(entry.LinkName, options.Limits);
        if (target.Length == 0)
            throw new InvalidArchiveException($"its hard link '{PathBytes.Describe(entry.Name)}' leads to the root");
        if (target.AsSpan().SequenceEqual(path))
            return;
        ArchivePath.Split(target, out byte[] targetParent, out byte[] targetLeaf);
        nint fd = targetParent.Length == 0
            ? root.TryOpen(".\0"u8, O_PATH | O_DIRECTORY)
            : root.TryOpen(PathBytes.From(targetParent), O_PATH | O_DIRECTORY);
        using var from = new FileHandle((int)fd);
        nint result = fd < 0 ? fd : Replacing(parentFd, path, leaf, () => linkat(from.Fd, targetLeaf, parentFd, leaf));
        if (-result is Errno.ENOENT or Errno.ENOTDIR)
            throw new InvalidArchiveException(
                $"its hard link '{PathBytes.Describe(entry.Name)}' leads to '{PathBytes.Describe(entry.LinkName)}', "
                + "which is not there");
        Check(result, "linkat", entry);
    }

    private void MakeNode(TarEntry entry, int parentFd, byte[] path, byte[] leaf)
    {
        uint type = entry.Type switch
        {
            TarEntryType.CharacterDevice => S_IFCHR,
            TarEntryType.BlockDevice => S_IFBLK,
            _ => S_IFIFO,
        };
        if (entry.DeviceMajor > MaxMajor || entry.DeviceMinor > MaxMinor)
            throw new InvalidArchiveException(
                $"its device '{PathBytes.Describe(entry.Name)}' has the impossible number "
                + $"{entry.DeviceMajor}:{entry.DeviceMinor}");
        bool isWhiteout = type == S_IFCHR && entry is { DeviceMajor: 0, DeviceMinor: 0 };
        if (!options.IncludeDevices && type != S_IFIFO && !isWhiteout)
        {
            warnings.Add("A device was left out, as a container gets its own (-IncludeDevice makes it)", entry.Name);
            return;
        }
        ulong device = makedev(entry.DeviceMajor, entry.DeviceMinor);
        nint result = Replacing(parentFd, path, leaf, () => mknodat(parentFd, leaf, type | 0x180, device));
        if (-result == Errno.EPERM && type != S_IFIFO)
        {
            warnings.Add("A device was left out because making one takes root's rights", entry.Name);
            return;
        }
        Check(result, "mknodat", entry);
        metadata.ApplyToNode(parentFd, leaf, type, entry);
        if (type != S_IFIFO && !isWhiteout)
            NotePrivileged(entry);
    }

    /// <summary>Makes something exclusively; when the name is taken, frees it and tries once more.</summary>
    private nint Replacing(int parentFd, byte[] path, byte[] leaf, Func<nint> make)
    {
        nint result = make();
        if (-result != Errno.EEXIST)
            return result;
        parents.Forget();
        if (-unlinkat(parentFd, leaf) == Errno.EISDIR)
        {
            directories.Remove(path);
            if (options.IsLayer)
                TreeRemoval.Remove(parentFd, leaf, PathBytes.Describe(path));
            else if (-unlinkat(parentFd, leaf, AT_REMOVEDIR) == Errno.ENOTEMPTY)
                throw new InvalidArchiveException(
                    $"its entry '{PathBytes.Describe(path)}' would replace a directory that is not empty");
        }
        return make();
    }

    private static nint Check(nint result, string call, TarEntry entry) => EntryErrors.Check(result, call, entry.Name);

    private static nint Check(nint result, string call, byte[] path) => EntryErrors.Check(result, call, path);

    public void Dispose() => parents.Dispose();
}
