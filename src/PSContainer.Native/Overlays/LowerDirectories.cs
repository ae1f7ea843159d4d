using System.Buffers;
using PSContainer.Kernel;
using PSContainer.Rooted;
using static PSContainer.Kernel.Files;

namespace PSContainer.Overlays;

/// <summary>
/// One directory in all the lower layers that have it, top first. Names are looked up in it; it is listed only where that is
/// less work, and what is below it is not.
/// </summary>
internal sealed class LowerDirectories : IDisposable
{
    private const int AT_STATX_DONT_SYNC = 0x4000, BufferSize = 1 << 15;

    private readonly List<(FileHandle Directory, bool HasFileWhiteouts)> layers = [];
    private readonly OverlayAttributes attributes;
    private LowerNames? names;

    private LowerDirectories(OverlayAttributes attributes) => this.attributes = attributes;

    /// <summary>Whether no layer has the directory.</summary>
    internal bool IsEmpty => layers.Count == 0;

    /// <summary>Opens the roots.</summary>
    internal static LowerDirectories Open(IReadOnlyList<string> lowers, OverlayAttributes attributes)
    {
        var all = new LowerDirectories(attributes);
        try
        {
            foreach (string lower in lowers)
            {
                nint fd = openat(AT_FDCWD, PathBytes.From(lower), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
                if (!all.Add(new FileHandle((int)Syscall.Check(fd, "openat", lower))))
                    break;
            }
            return all;
        }
        catch
        {
            all.Dispose();
            throw;
        }
    }

    /// <summary>Says how many names will be looked for, as bytes of a listing that has them: then one look at all may be less work.</summary>
    internal void Expect(int listingLength)
    {
        const int FewNames = 256, SmallDirectory = 4096, MostTimes = 8;
        if (names is null && !IsEmpty && listingLength >= FewNames && IsWithin(Math.Max(SmallDirectory, MostTimes * listingLength)))
            names = ListNames();
    }

    /// <summary>Whether the overlay would show a name if there were no upper directory.</summary>
    internal bool Has(ReadOnlySpan<byte> name)
    {
        if (IsEmpty)
            return false;
        return names?.TypeOf(name) switch
        {
            LowerNames.Absent => false,
            null or LowerNames.Unknown or (int)(S_IFCHR >> LowerNames.TypeShift) => Find(name, out _),
            (int)(S_IFREG >> LowerNames.TypeShift) => !layers.Exists(layer => layer.HasFileWhiteouts) || Find(name, out _),
            _ => true,
        };
    }

    /// <summary>Looks a name up.</summary>
    /// <returns>Whether the overlay would show it if there were no upper directory.</returns>
    internal bool Find(ReadOnlySpan<byte> name, out statx_data data)
    {
        data = default;
        if (names?.TypeOf(name) == LowerNames.Absent)
            return false;
        foreach ((FileHandle directory, bool hasFileWhiteouts) in layers)
        {
            if (statx(directory.Fd, name, AT_SYMLINK_NOFOLLOW | AT_STATX_DONT_SYNC, STATX_BASIC_STATS, out data) == 0)
                return !IsWhiteout(directory.Fd, name, data, hasFileWhiteouts);
        }
        return false;
    }

    private bool IsWithin(int length)
    {
        foreach ((FileHandle directory, _) in layers)
        {
            if (statx(directory.Fd, "\0"u8, AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_BASIC_STATS, out statx_data data) < 0
                || data.stx_size > (ulong)length)
                return false;
        }
        return true;
    }

    private LowerNames? ListNames()
    {
        var all = new LowerNames();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            foreach ((FileHandle directory, _) in layers)
            {
                for (nint length; (length = getdents64(directory.Fd, buffer)) != 0;)
                {
                    if (length < 0)
                        return null;
                    ReadOnlySpan<byte> records = buffer.AsSpan(0, (int)length);
                    while (NextDirectoryEntry(ref records, out ReadOnlySpan<byte> name, out byte type))
                        all.Add(name, type);
                }
            }
            return all;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Opens a directory that is in this one.</summary>
    /// <param name="path">Its name, or for a renamed one its path, with slashes between names.</param>
    internal LowerDirectories OpenChild(ReadOnlySpan<byte> path)
    {
        LowerDirectories current = OpenOne(this, First(ref path));
        while (!path.IsEmpty)
        {
            LowerDirectories next = OpenOne(current, First(ref path));
            current.Dispose();
            current = next;
        }
        return current;
    }

    // The path ends with NUL, and so must each name of it.
    private static byte[] First(ref ReadOnlySpan<byte> path)
    {
        int slash = path.IndexOf((byte)'/');
        byte[] name = slash < 0 ? path.ToArray() : [.. path[..slash], 0];
        path = slash < 0 ? default : path[(slash + 1)..];
        return name;
    }

    private static LowerDirectories OpenOne(LowerDirectories parent, byte[] name)
    {
        var child = new LowerDirectories(parent.attributes);
        foreach ((FileHandle directory, bool hasFileWhiteouts) in parent.layers)
        {
            nint fd = openat(directory.Fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
            if (fd >= 0)
            {
                if (!child.Add(new FileHandle((int)fd)))
                    break;
            }
            else if (-fd != Errno.ENOENT)
                break; // Whatever it is, it hides what lies below.
            else if (hasFileWhiteouts && parent.attributes.IsWhiteout(directory.Fd, name))
                break;
        }
        return child;
    }

    /// <returns>Whether what lies below shows through.</returns>
    private bool Add(FileHandle directory)
    {
        byte opaque = attributes.Opaque(directory.Fd);
        layers.Add((directory, opaque == (byte)'x'));
        return opaque != (byte)'y';
    }

    private bool IsWhiteout(int directoryFd, ReadOnlySpan<byte> name, in statx_data data, bool hasFileWhiteouts) =>
        (data.stx_mode & S_IFMT) switch
        {
            S_IFCHR => data is { stx_rdev_major: 0, stx_rdev_minor: 0 },
            S_IFREG => hasFileWhiteouts && data.stx_size == 0 && attributes.IsWhiteout(directoryFd, name),
            _ => false,
        };

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((FileHandle directory, _) in layers)
            directory.Dispose();
    }
}
