using PSContainer.Kernel;
using PSContainer.Rooted;
using static PSContainer.Kernel.Files;

namespace PSContainer.Images;

/// <summary>Entries of a layer that remove what the layers below made (OCI image-spec, layer.md, "Whiteouts").</summary>
internal sealed class Whiteouts(RootedDirectory root)
{
    private readonly HashSet<string> written = [];

    private static ReadOnlySpan<byte> Prefix => ".wh."u8;

    /// <summary>Notes what this layer made: a whiteout speaks of the layers below only.</summary>
    internal void Written(ReadOnlySpan<byte> path)
    {
        for (int length = path.Length; length > 0; length = path[..length].LastIndexOf((byte)'/'))
        {
            if (!written.Add(ParentDirectories.KeyOf(path[..length])))
                return;
        }
    }

    /// <summary>Carries out a whiteout.</summary>
    /// <param name="parent">The plain path of the directory the entry lies in.</param>
    /// <param name="leaf">Its name, with a NUL.</param>
    /// <returns>Whether the entry is one, and is thereby done with.</returns>
    /// <exception cref="InvalidArchiveException">It would remove <c>.</c>, <c>..</c> or nothing at all.</exception>
    internal bool Apply(byte[] parent, byte[] leaf)
    {
        if (!leaf.AsSpan().StartsWith(Prefix))
            return false;
        ReadOnlySpan<byte> name = leaf.AsSpan(Prefix.Length);
        bool opaque = name.SequenceEqual(".wh..opq\0"u8);
        if (!opaque && name.StartsWith(Prefix))
            return true; // Housekeeping of aufs, whose format this is.
        if (name.SequenceEqual("\0"u8) || name.SequenceEqual(".\0"u8) || name.SequenceEqual("..\0"u8))
            throw new InvalidArchiveException($"its whiteout '{PathBytes.Describe(leaf)}' names nothing that can be removed");
        string path = PathBytes.Describe(parent);
        nint fd = root.TryOpen(parent.Length == 0 ? ".\0"u8 : PathBytes.From(parent), O_RDONLY | O_DIRECTORY);
        if (-fd is Errno.ENOENT or Errno.ENOTDIR)
            return true;
        using var directory = new FileHandle((int)EntryErrors.Check(fd, "openat2", parent));
        if (opaque)
            RemoveLower(directory.Fd, ParentDirectories.KeyOf(parent), path);
        else
            RemoveUnlessWritten(directory.Fd, ParentDirectories.KeyOf(parent), name.ToArray(), path);
        return true;
    }

    private void RemoveLower(int fd, string key, string path)
    {
        foreach (byte[] name in TreeRemoval.Names(fd, path))
            RemoveUnlessWritten(fd, key, name, path);
    }

    private void RemoveUnlessWritten(int fd, string key, byte[] name, string path)
    {
        string child = ParentDirectories.KeyOf(name.AsSpan(0, name.Length - 1));
        child = key.Length == 0 ? child : $"{key}/{child}";
        string childPath = $"{path}/{PathBytes.Describe(name)}";
        if (!written.Contains(child))
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
