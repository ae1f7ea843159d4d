using System.Text;
using PSContainer.Kernel;
using PSContainer.Rooted;
using PSContainer.Trees;
using static PSContainer.Kernel.Files;
using static PSContainer.Kernel.Openat2;

namespace PSContainer.Overlays;

/// <summary>
/// Names everything in a mounted overlay that was not told yet: it is as below. What is mounted in it is left out.
/// </summary>
internal sealed class MergedListing(string root, HashSet<string> told, Action<OverlayChange> emit, CancellationToken cancellation)
{
    // The names that lead to where the walk is, and directories that it comes back for.
    private readonly List<byte[]> trail = [];
    private readonly Stack<(byte[][] Trail, string Path)> deeper = [];

    internal void Run()
    {
        nint fd = openat(AT_FDCWD, PathBytes.From(root), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        using var directory = new FileHandle((int)Syscall.Check(fd, "openat", root));
        Walk(directory.Fd, "/", 0);
        while (deeper.TryPop(out (byte[][] Trail, string Path) next))
        {
            nint opened = DeepPath.Open(directory.Fd, next.Trail);
            if (opened < 0)
                continue; // Removed while this runs.
            using var place = new FileHandle((int)opened);
            trail.Clear();
            trail.AddRange(next.Trail);
            Walk(place.Fd, next.Path, 0);
        }
    }

    private void Walk(int fd, string path, int depth)
    {
        foreach (byte[] name in TreeRemoval.Names(fd, path))
        {
            cancellation.ThrowIfCancellationRequested();
            if (statx(fd, name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, out statx_data data) < 0)
                continue;
            string full = path + Encoding.UTF8.GetString(name.AsSpan(0, name.Length - 1));
            uint type = (uint)data.stx_mode & S_IFMT;
            if (!told.Contains(full))
                emit(new(root, full, OverlayChangeKind.Unchanged, UpperComparison.TypeOf(type), UpperComparison.LengthOf(data)));
            // No program can name what lies below a path of this length.
            if (type != S_IFDIR || full.Length >= DeepPath.LongestPath)
                continue;
            if (depth == DeepPath.MostLevels)
            {
                deeper.Push(([.. trail, name], full + "/"));
                continue;
            }
            open_how how = new()
            {
                flags = (ulong)(O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), resolve =
                    RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH,
            };
            nint child = openat2(fd, name, how);
            if (child < 0)
                continue;
            using var directory = new FileHandle((int)child);
            trail.Add(name);
            Walk(directory.Fd, full + "/", depth + 1);
            trail.RemoveAt(trail.Count - 1);
        }
    }
}
