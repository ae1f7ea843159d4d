using PSContainer.Kernel;
using PSContainer.Rooted;
using static PSContainer.Kernel.Files;

namespace PSContainer.Trees;

/// <summary>Files of one copy that have several names: each is copied once, and its other names are linked to it.</summary>
internal sealed class CopyLinks
{
    private readonly Dictionary<(uint, uint, ulong), Copy> copies = [];
    private readonly List<byte[]> trail = [];

    private sealed record Copy(byte[][] Trail, byte[] Leaf, (uint, uint, ulong) Identity);

    /// <summary>The directory that all is copied to.</summary>
    internal int Top { get; set; } = -1;

    /// <summary>What follows goes into a directory of this name.</summary>
    internal void Enter(byte[] leaf) => trail.Add(leaf);

    /// <summary>What follows goes beside the directory again.</summary>
    internal void Leave() => trail.RemoveAt(trail.Count - 1);

    /// <summary>Remembers a copy whose source has more names.</summary>
    internal void Add(statx_data source, int directoryFd, byte[] leaf)
    {
        if (source.stx_nlink > 1 && statx(directoryFd, leaf, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, out statx_data made) == 0)
            copies.TryAdd(FileStatus.IdentityOf(source), new([.. trail], leaf, FileStatus.IdentityOf(made)));
    }

    /// <summary>Opens the copy of the same source that there is already.</summary>
    /// <returns>It (O_PATH); <see langword="null"/>: there is none, or somebody put something else in its place.</returns>
    internal FileHandle? Find(statx_data source)
    {
        if (source.stx_nlink < 2 || !copies.TryGetValue(FileStatus.IdentityOf(source), out Copy? copy))
            return null;
        using var directory = new FileHandle((int)DeepPath.Open(Top, copy.Trail));
        nint fd = directory.Fd < 0 ? -1 : openat(directory.Fd, copy.Leaf, O_PATH | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0)
            return null;
        var found = new FileHandle((int)fd);
        if (FileStatus.IdentityOf(FileStatus.Of(found.Fd, "")) == copy.Identity)
            return found;
        found.Dispose();
        return null;
    }
}
