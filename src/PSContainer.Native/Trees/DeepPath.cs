using PSContainer.Kernel;
using static PSContainer.Kernel.Files;
using static PSContainer.Kernel.Openat2;

namespace PSContainer.Trees;

/// <summary>
/// Walking trees whose depth somebody else chose: a walk holds a descriptor and a part of the stack for each of a few levels only,
/// and comes back later for what lies deeper.
/// </summary>
internal static class DeepPath
{
    /// <summary>How many levels a walk enters within each other.</summary>
    internal const int MostLevels = 64;

    /// <summary>The longest path that can be given to the kernel, without its NUL.</summary>
    internal const int LongestPath = 4095;

    /// <summary>Opens a directory below another, without following a link or entering a mount.</summary>
    /// <param name="rootFd">Where the names begin.</param>
    /// <param name="names">One after the other, each with its NUL.</param>
    /// <returns>The directory, readable; or a negated error number.</returns>
    internal static nint Open(int rootFd, IReadOnlyList<byte[]> names)
    {
        // A name has at most 255 bytes, so these always fit into a path.
        const int AtOnce = 15;
        FileHandle? place = null;
        for (int first = 0; ; first += AtOnce)
        {
            bool isLast = names.Count - first <= AtOnce;
            open_how how = new()
            {
                flags = (ulong)(O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | (isLast ? O_RDONLY : O_PATH)),
                resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH,
            };
            nint opened = openat2(place?.Fd ?? rootFd, Join(names, first, AtOnce), how);
            place?.Dispose();
            if (isLast || opened < 0)
                return opened;
            place = new FileHandle((int)opened);
        }
    }

    private static byte[] Join(IReadOnlyList<byte[]> names, int first, int count)
    {
        var path = new List<byte>();
        for (int index = first; index < names.Count && index < first + count; index++)
        {
            if (path.Count > 0)
                path[^1] = (byte)'/';
            path.AddRange(names[index]);
        }
        return path.Count == 0 ? ".\0"u8.ToArray() : [.. path];
    }
}
