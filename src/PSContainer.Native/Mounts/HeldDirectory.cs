using PSContainer.Kernel;
using PSContainer.Rooted;
using PSContainer.Trees;
using static PSContainer.Kernel.Files;

namespace PSContainer.Mounts;

/// <summary>
/// A directory that an operation on mounts works on: its path is resolved once, so that who may rename on the way to it cannot
/// have one step done to one directory and the next to another.
/// </summary>
/// <param name="path">Its path.</param>
/// <param name="isLayer">Whether it is what <see cref="OpenLayer"/> opens.</param>
internal sealed class HeldDirectory(string path, bool isLayer = false) : IDisposable
{
    private FileHandle? _opened;
    private MadeDirectory? _made;
    private bool _isKept;

    /// <summary>Its path, as the caller wrote it.</summary>
    internal string Path => path;

    /// <summary>Its descriptor; a directory that is there is opened when this is asked for first.</summary>
    /// <exception cref="ContainerException">It cannot be opened.</exception>
    internal int Fd => _made?.Fd ?? (_opened ??= Open()).Fd;

    /// <summary>What <see cref="Make"/> made.</summary>
    internal MadeDirectory Made => _made ?? throw new InvalidOperationException($"'{path}' is not made.");

    /// <summary>A path that leads to the directory and nothing else, for calls that take no descriptor.</summary>
    internal string ByDescriptor => PathOf(Fd);

    /// <summary>Such a path of a descriptor.</summary>
    internal static string PathOf(int fd) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/proc/self/fd/{fd}");

    /// <summary>Makes it.</summary>
    /// <param name="like">A directory whose owner and mode it gets, or <see langword="null"/>.</param>
    /// <exception cref="ContainerException">It cannot be made, or was exchanged meanwhile.</exception>
    internal void Make(string? like)
    {
        statx_data data = default;
        if (like is not null)
            Syscall.Check(MountTable.Look(like, out data), "statx", like);
        _made = MadeDirectory.Make(path);
        try
        {
            if (like is null)
                return;
            Syscall.Check(fchown(_made.Fd, data.stx_uid, data.stx_gid), "fchown", path);
            Syscall.Check(fchmod(_made.Fd, data.stx_mode & 0xfffu), "fchmod", path);
        }
        catch
        {
            Unmake();
            throw;
        }
    }

    /// <summary>Leaves what was made where it is, whatever fails after this.</summary>
    internal void Keep() => _isKept = true;

    /// <summary>Removes what was made.</summary>
    internal void Unmake()
    {
        if (!_isKept)
            _made?.Remove();
        _made?.Dispose();
        _made = null;
    }

    /// <summary>Refuses a path that leads elsewhere by now, for a kernel that takes nothing but paths.</summary>
    /// <exception cref="ContainerException">It does.</exception>
    internal void RequireInPlace()
    {
        nint fd = openat(AT_FDCWD, PathBytes.From(path), O_PATH | O_DIRECTORY | O_CLOEXEC);
        using var found = new FileHandle((int)fd);
        if (fd < 0 || !SameFile.Is(found.Fd, Fd))
            throw FreshDirectory.Exchanged(path);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _opened?.Dispose();
        _made?.Dispose();
        (_opened, _made) = (null, null);
    }

    /// <summary>
    /// Opens the upper or work directory of an overlay, or its mount point, by the path that the kernel says, which leads through
    /// no links: who put one there since would have what is in another directory removed or covered.
    /// </summary>
    /// <exception cref="ContainerException">It cannot be opened, or its path leads through a link.</exception>
    internal static FileHandle OpenLayer(string path)
    {
        Openat2.open_how how = new() { flags = (ulong)(O_RDONLY | O_DIRECTORY | O_CLOEXEC), resolve = Openat2.RESOLVE_NO_SYMLINKS };
        nint fd = Openat2.openat2(AT_FDCWD, PathBytes.From(path), how);
        // Before Linux 6.13 the kernel says the path as it was given, with the links that were on the way then.
        if (-fd == Errno.ELOOP && OverlayFeatures.Probe() != OverlayForm.Descriptor)
            fd = openat(AT_FDCWD, PathBytes.From(path), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (-fd == Errno.ELOOP)
        {
            throw new ContainerException($"The path '{path}' of an overlay leads through a symbolic link by now.",
                "See who put it there: it was none when the overlay was mounted.")
            { Call = "openat2", Errno = Errno.ELOOP, Target = path };
        }
        return new FileHandle((int)Syscall.Check(fd, "openat2", path));
    }

    private FileHandle Open() => isLayer ? OpenLayer(path)
        : new((int)Syscall.Check(openat(AT_FDCWD, path, O_PATH | O_DIRECTORY | O_CLOEXEC), "openat", path));
}
