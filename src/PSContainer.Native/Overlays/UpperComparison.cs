using System.Text;
using PSContainer.Kernel;
using PSContainer.Rooted;
using PSContainer.Trees;
using static PSContainer.Kernel.Files;

namespace PSContainer.Overlays;

/// <summary>
/// Walks an upper directory and says what each name in it does to the lower ones, in which names are looked up but nothing is
/// listed.
/// </summary>
/// <param name="root">Where the overlay is mounted.</param>
/// <param name="attributes">Where overlayfs keeps what it knows.</param>
/// <param name="emit">Gets each change.</param>
/// <param name="cancellation">Ends the walk.</param>
internal sealed class UpperComparison(
    string root, OverlayAttributes attributes, Action<OverlayChange> emit, CancellationToken cancellation)
{
    private const int BufferSize = 1 << 16, LongestName = 256, AT_STATX_DONT_SYNC = 0x4000;
    private const uint Mask = STATX_BASIC_STATS;

    // A buffer for each depth: a directory is read while those above it are not done yet.
    private readonly List<byte[]> buffers = [];
    private LowerDirectories? lowerRoot;

    // What leads to where the walk is: names in the upper directory, and beside each what leads to the lower ones of it: a name, a
    // path from their roots, or null where there are none. And directories that the walk comes back for.
    private readonly List<byte[]> trail = [];
    private readonly List<byte[]?> namesBelow = [];
    private readonly Stack<(byte[][] Trail, byte[]?[] Below, string Path)> deeper = [];

    /// <summary>Compares.</summary>
    internal void Run(string upper, IReadOnlyList<string> lowers)
    {
        nint fd = openat(AT_FDCWD, PathBytes.From(upper), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        using var directory = new FileHandle((int)Syscall.Check(fd, "openat", upper));
        using (lowerRoot = LowerDirectories.Open(lowers, attributes))
        {
            Walk(directory.Fd, "/", lowerRoot, depth: 0);
            while (deeper.TryPop(out (byte[][] Trail, byte[]?[] Below, string Path) next))
                WalkDeeper(directory.Fd, next.Trail, next.Below, next.Path);
        }
    }

    private void WalkDeeper(int upperFd, byte[][] names, byte[]?[] below, string path)
    {
        nint opened = DeepPath.Open(upperFd, names);
        if (opened < 0)
            return; // Removed while this runs.
        using var directory = new FileHandle((int)opened);
        trail.Clear();
        trail.AddRange(names);
        namesBelow.Clear();
        namesBelow.AddRange(below);
        using LowerDirectories lower = LowerPath() is { } lowerPath ? lowerRoot!.OpenChild(lowerPath) : LowerDirectories.Open([], attributes);
        Walk(directory.Fd, path, lower, depth: 0);
    }

    private byte[]? LowerPath()
    {
        List<byte>? path = [];
        foreach (byte[]? step in namesBelow)
        {
            if (step is [(byte)'/', ..])
                path = [.. step.AsSpan(1)];
            else if (step is null)
                path = null;
            else if (path is not null)
                path = [.. path.SkipLast(1), .. path.Count == 0 ? ReadOnlySpan<byte>.Empty : "/"u8, .. step];
        }
        return path is null ? null : [.. path];
    }

    private void Walk(int fd, string path, LowerDirectories lower, int depth)
    {
        if (depth == buffers.Count)
            buffers.Add(new byte[BufferSize]);
        byte[] buffer = buffers[depth];
        bool hasFileWhiteouts = attributes.Opaque(fd) == (byte)'x';
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            int length = (int)Syscall.Check(getdents64(fd, buffer), "getdents64", path);
            if (length == 0)
                return;
            lower.Expect(length);
            ReadOnlySpan<byte> records = buffer.AsSpan(0, length);
            while (NextDirectoryEntry(ref records, out ReadOnlySpan<byte> name, out byte type))
            {
                if (name is not [(byte)'.', 0] and not [(byte)'.', (byte)'.', 0])
                    Compare(fd, name, (uint)type << LowerNames.TypeShift, path, lower, hasFileWhiteouts, depth);
            }
        }
    }

    // Only these have more to tell than the listing of the directory does: a length, or that they are a whiteout.
    private void Compare(
        int fd, ReadOnlySpan<byte> name, uint type, string path, LowerDirectories lower, bool hasFileWhiteouts, int depth)
    {
        statx_data data = default;
        if (type is 0 or S_IFREG or S_IFCHR)
        {
            if (statx(fd, name, AT_SYMLINK_NOFOLLOW | AT_STATX_DONT_SYNC, Mask, out data) < 0)
                return; // Removed while this runs.
            type = (uint)data.stx_mode & S_IFMT;
        }
        Span<char> text = stackalloc char[LongestName];
        string full = string.Concat(path, text[..Encoding.UTF8.GetChars(name[..^1], text)]);
        if (type == S_IFDIR)
        {
            CompareDirectory(fd, name, full, lower, depth);
            return;
        }
        if (IsWhiteout(fd, name, type, data, hasFileWhiteouts))
        {
            if (!lower.IsEmpty && lower.Find(name, out statx_data below))
                Emit(full, OverlayChangeKind.Deleted, below);
            return;
        }
        bool isBelow = lower.Has(name);
        emit(new(root, full, isBelow ? OverlayChangeKind.Changed : OverlayChangeKind.Added, TypeOf(type), LengthOf(data))
        {
            IsMetadataOnly = isBelow && type == S_IFREG && attributes.IsMetacopy(fd, name),
        });
    }

    private bool IsWhiteout(int fd, ReadOnlySpan<byte> name, uint type, in statx_data data, bool hasFileWhiteouts) =>
        type == S_IFCHR
            ? data is { stx_rdev_major: 0, stx_rdev_minor: 0 }
            : type == S_IFREG && data.stx_size == 0 && hasFileWhiteouts && attributes.IsWhiteout(fd, name);

    private void CompareDirectory(int fd, ReadOnlySpan<byte> name, string full, LowerDirectories lower, int depth)
    {
        nint opened = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (opened < 0)
            return; // Removed while this runs.
        using var directory = new FileHandle((int)opened);
        string? renamedFrom = lowerRoot!.IsEmpty ? null : attributes.Redirect(directory.Fd);
        statx_data below = default;
        bool isBelow = !lower.IsEmpty && lower.Find(name, out below);
        bool isDirectoryBelow = isBelow && (below.stx_mode & S_IFMT) == S_IFDIR;
        bool isOpaque = isDirectoryBelow && renamedFrom is null && attributes.Opaque(directory.Fd) == (byte)'y';
        if (isOpaque)
            emit(new(root, full, OverlayChangeKind.Opaque, OverlayItemType.Directory, 0));
        else if (!isBelow || renamedFrom is not null)
            emit(new(root, full, isBelow ? OverlayChangeKind.Changed : OverlayChangeKind.Added, OverlayItemType.Directory, 0)
            {
                RenamedFrom = renamedFrom is null or ['/', ..] ? renamedFrom : full[..(full.LastIndexOf('/') + 1)] + renamedFrom,
            });
        else if (!isDirectoryBelow || IsOtherwise(directory.Fd, below))
            emit(new(root, full, OverlayChangeKind.Changed, OverlayItemType.Directory, 0));
        // No program can name what lies below a path of this length.
        if (full.Length >= DeepPath.LongestPath)
            return;
        trail.Add(name.ToArray());
        namesBelow.Add(renamedFrom is not null ? PathBytes.From(renamedFrom) : isDirectoryBelow ? trail[^1] : null);
        if (depth == DeepPath.MostLevels)
            deeper.Push(([.. trail], [.. namesBelow], full + "/"));
        else
            WalkChild(directory.Fd, name, full + "/", lower, renamedFrom, isDirectoryBelow, depth + 1);
        trail.RemoveAt(trail.Count - 1);
        namesBelow.RemoveAt(namesBelow.Count - 1);
    }

    private void WalkChild(
        int fd, ReadOnlySpan<byte> name, string path, LowerDirectories lower, string? renamedFrom, bool isDirectoryBelow, int depth)
    {
        using LowerDirectories children = renamedFrom switch
        {
            ['/', ..] => lowerRoot!.OpenChild(PathBytes.From(renamedFrom.TrimStart('/'))),
            not null => lower.OpenChild(PathBytes.From(renamedFrom)),
            null when isDirectoryBelow => lower.OpenChild(name),
            null => LowerDirectories.Open([], attributes),
        };
        Walk(fd, path, children, depth);
    }

    private static bool IsOtherwise(int directoryFd, in statx_data below) =>
        statx(directoryFd, "\0"u8, AT_EMPTY_PATH | AT_STATX_DONT_SYNC, Mask, out statx_data data) == 0
        && (below.stx_mode != data.stx_mode || below.stx_uid != data.stx_uid || below.stx_gid != data.stx_gid);

    private void Emit(string path, OverlayChangeKind change, in statx_data data) =>
        emit(new(root, path, change, TypeOf((uint)data.stx_mode & S_IFMT), LengthOf(data)));

    internal static OverlayItemType TypeOf(uint type) => type switch
    {
        S_IFDIR => OverlayItemType.Directory,
        S_IFLNK => OverlayItemType.SymbolicLink,
        S_IFCHR => OverlayItemType.CharacterDevice,
        S_IFBLK => OverlayItemType.BlockDevice,
        S_IFIFO => OverlayItemType.Fifo,
        S_IFSOCK => OverlayItemType.Socket,
        _ => OverlayItemType.File,
    };

    internal static long LengthOf(in statx_data data) => (data.stx_mode & S_IFMT) == S_IFREG ? (long)data.stx_size : 0;
}
