using PSContainer.Kernel;
using PSContainer.Rooted;
using static PSContainer.Kernel.Files;

namespace PSContainer.Images;

/// <summary>
/// Directories that get their owner, mode and time last: what is made in them would change the time, and a mode without
/// write permission would keep a user from making it. Until then they are the caller's alone.
/// </summary>
internal sealed class PendingDirectories
{
    private readonly Dictionary<string, int> places = [];
    private readonly List<(byte[] Path, TarEntry Entry)?> pending = [];

    /// <summary>Notes a directory; what was noted for it before is replaced.</summary>
    internal void Add(byte[] path, TarEntry entry)
    {
        if (places.TryGetValue(ParentDirectories.KeyOf(path), out int place))
        {
            pending[place] = (path, entry);
            return;
        }
        places.Add(ParentDirectories.KeyOf(path), pending.Count);
        pending.Add((path, entry));
    }

    /// <summary>Notes a directory that the archive did not list, unless it is noted.</summary>
    internal void AddImplicit(byte[] path)
    {
        if (places.ContainsKey(ParentDirectories.KeyOf(path)))
            return;
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        Add(path, new TarEntry { Type = TarEntryType.Directory, Name = path, Mode = 0x1ed, ModifiedSeconds = now });
    }

    /// <summary>Forgets a directory that was replaced.</summary>
    internal void Remove(byte[] path)
    {
        if (places.Remove(ParentDirectories.KeyOf(path), out int place))
            pending[place] = null;
    }

    /// <summary>Finishes all, those inside others first.</summary>
    internal void Finish(RootedDirectory root, EntryMetadata metadata)
    {
        for (int i = pending.Count - 1; i >= 0; i--)
        {
            if (pending[i] is not var (path, entry))
                continue;
            nint fd = root.TryOpen(path.Length == 0 ? ".\0"u8 : PathBytes.From(path), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
            // Gone with a directory above it that was replaced.
            if (-fd is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP)
                continue;
            using var directory = new FileHandle((int)EntryErrors.Check(fd, "openat2", path));
            metadata.ApplyTo(directory.Fd, entry);
        }
    }
}
