using static PSContainer.Kernel.Files;

namespace PSContainer.Mounts;

/// <summary>A directory by what it is, not by how it is called.</summary>
internal readonly record struct DirectoryIdentity(uint Major, uint Minor, ulong Inode)
{
    /// <summary>The directory at a path, links followed.</summary>
    /// <returns>It, or <see langword="null"/> when there is nothing that can be looked at.</returns>
    internal static DirectoryIdentity? Of(string path) =>
        MountTable.Look(path, out statx_data data) == 0 ? new(data.stx_dev_major, data.stx_dev_minor, data.stx_ino) : null;

    /// <summary>Whether a directory is this one, or lies in it however deep.</summary>
    internal bool Contains(string path)
    {
        string current = path;
        for (DirectoryIdentity? last = null; Of(current) is { } identity && identity != last; last = identity)
        {
            if (identity == this)
                return true;
            current += "/..";
        }
        return false;
    }
}
