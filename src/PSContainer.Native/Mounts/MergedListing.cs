using System.Text;
using PSContainer.Kernel;
using PSContainer.Rooted;
using static PSContainer.Kernel.Files;
using static PSContainer.Kernel.Openat2;

namespace PSContainer.Mounts;

/// <summary>
/// Names everything in a mounted overlay that was not told yet: it is as below. What is mounted in it is left out.
/// </summary>
internal sealed class MergedListing(string root, HashSet<string> told, Action<OverlayChange> emit, CancellationToken cancellation)
{
    internal void Run()
    {
        nint fd = openat(AT_FDCWD, PathBytes.From(root), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        using var directory = new FileHandle((int)Syscall.Check(fd, "openat", root));
        Walk(directory.Fd, "/");
    }

    private void Walk(int fd, string path)
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
            if (type != S_IFDIR)
                continue;
            open_how how = new()
            {
                flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, resolve =
                    RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH,
            };
            nint child = openat2(fd, name, how);
            if (child < 0)
                continue;
            using var directory = new FileHandle((int)child);
            Walk(directory.Fd, full + "/");
        }
    }
}
