using PSContainer.Kernel;
using PSContainer.Mounts;
using PSContainer.Rooted;
using static PSContainer.Kernel.Files;

namespace PSContainer.Images;

/// <summary>
/// Whiteouts of a layer that gets a directory of its own, as overlayfs has them (Documentation/filesystems/overlayfs.rst, "whiteouts and
/// opaque directories"): so that it hides the same above other lower directories.
/// </summary>
internal sealed class OverlayWhiteouts(RootedDirectory root, ParentDirectories parents, PendingDirectories directories) : Whiteouts
{
    // The kernel reads trusted.* in its first user namespace only, and lets nobody else write them.
    private readonly byte[] opaque = PathBytes.From(
        (geteuid() == 0 && !OverlayFeatures.InUserNamespace ? "trusted." : "user.") + "overlay.opaque");

    private readonly HashSet<string> hidden = [];

    /// <inheritdoc/>
    protected override void Hide(byte[] parent, byte[] name)
    {
        int parentFd = parents.Open(parent, directories.AddImplicit);
        string key = KeyOf(parent, name);
        byte[] path = [.. parent, .. parent.Length == 0 ? [] : "/"u8.ToArray(), .. name[..^1]];
        if (IsWritten(key))
        {
            MakeOpaque(path, mayBeFile: true);
            return;
        }
        nint result = mknodat(parentFd, name, S_IFCHR, 0);
        if (-result != Errno.EEXIST)
            EntryErrors.Check(result, "mknodat", path);
        hidden.Add(key);
    }

    /// <inheritdoc/>
    protected override void HideAll(byte[] parent)
    {
        parents.Open(parent, directories.AddImplicit);
        MakeOpaque(parent, mayBeFile: false);
    }

    /// <inheritdoc/>
    // A whiteout and a directory of the same name: the one below is gone, and this is another.
    internal override void DirectoryMade(byte[] path)
    {
        if (hidden.Remove(ParentDirectories.KeyOf(path)))
            MakeOpaque(path, mayBeFile: false);
    }

    private void MakeOpaque(byte[] path, bool mayBeFile)
    {
        nint fd = root.TryOpen(path.Length == 0 ? ".\0"u8 : PathBytes.From(path), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
        if (mayBeFile && -fd is Errno.ENOTDIR or Errno.ELOOP)
            return;
        using var directory = new FileHandle((int)EntryErrors.Check(fd, "openat2", path));
        EntryErrors.Check(fsetxattr(directory.Fd, opaque, "y"u8), "fsetxattr", path);
    }
}
