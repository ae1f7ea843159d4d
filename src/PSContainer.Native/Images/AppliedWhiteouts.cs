using PSContainer.Kernel;
using PSContainer.Rooted;
using PSContainer.Trees;
using static PSContainer.Kernel.Files;

namespace PSContainer.Images;

/// <summary>Whiteouts of a layer that goes over what the destination holds: what they hide is removed.</summary>
internal sealed class AppliedWhiteouts(RootedDirectory root) : Whiteouts
{
    /// <inheritdoc/>
    protected override void Hide(byte[] parent, byte[] name) =>
        Visit(parent, directory => RemoveUnlessWritten(directory, ParentDirectories.KeyOf(parent), name, PathBytes.Describe(parent)));

    /// <inheritdoc/>
    protected override void HideAll(byte[] parent) =>
        Visit(parent, directory => RemoveLower(directory, ParentDirectories.KeyOf(parent), PathBytes.Describe(parent)));

    private void Visit(byte[] parent, Action<int> action)
    {
        nint fd = root.TryOpen(parent.Length == 0 ? ".\0"u8 : PathBytes.From(parent), O_RDONLY | O_DIRECTORY);
        if (-fd is Errno.ENOENT or Errno.ENOTDIR)
            return;
        using var directory = new FileHandle((int)EntryErrors.Check(fd, "openat2", parent));
        action(directory.Fd);
    }

    private void RemoveLower(int fd, string key, string path)
    {
        foreach (byte[] name in TreeRemoval.Names(fd, path))
            RemoveUnlessWritten(fd, key, name, path);
    }

    private void RemoveUnlessWritten(int fd, string key, byte[] name, string path)
    {
        string child = KeyOf(key, name);
        string childPath = $"{path}/{PathBytes.Describe(name)}";
        if (!IsWritten(child))
        {
            TreeRemoval.Remove(fd, name, childPath);
            return;
        }
        nint opened = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (opened < 0)
            return; // This layer's own file.
        using var directory = new FileHandle((int)opened);
        RemoveLower(directory.Fd, child, childPath);
    }
}
