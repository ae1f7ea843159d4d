using PSContainer.Kernel;
using PSContainer.Rooted;
using PSContainer.Trees;
using static PSContainer.Kernel.Files;

namespace PSContainer.Overlays;

/// <summary>
/// Copies a tree of the host as it is: owners, modes, times, attributes, hard links, devices, holes. What is mounted in it is
/// left
/// out.
/// </summary>
/// <param name="keepAttribute">Which extended attributes are copied.</param>
/// <param name="contentOf">
/// Where a file's content is when not in the tree itself: gets its path from the root and one to look at it, yields a path of the
/// host or null.
/// </param>
/// <param name="progress">Gets entries and bytes, a few times a second.</param>
/// <param name="cancellation">Ends it.</param>
internal sealed class LayerCopy(
    Func<string, bool> keepAttribute, Func<string, byte[], string?> contentOf, Action<long, long>? progress,
    CancellationToken cancellation)
{
    private const int FICLONE = 0x40049409;
    private const int LongestName = 1 << 20;
    private const uint PermissionBits = 0xfff;
    private readonly byte[] attributeNames = new byte[AttributeNames.Longest], attributeValue = new byte[AttributeNames.Longest];
    private readonly Dictionary<(uint, uint, ulong), string> links = [];
    private readonly List<string> warnings = [];
    private readonly CopyReport report = new(progress);
    private ulong mount;
    private long entries, bytes;

    // The names that lead to where the copy is, and directories that it comes back for.
    private readonly List<byte[]> trail = [];
    private readonly Stack<(byte[][] Trail, string Path, statx_data Data)> deeper = [];

    /// <summary>What was left out, a sentence each.</summary>
    internal IReadOnlyList<string> Warnings => warnings;

    /// <summary>Copies what is in a directory into another, and makes that one like it.</summary>
    /// <param name="source">The directory.</param>
    /// <param name="to">One that was just made, which only this process may change.</param>
    internal void Run(string source, FileHandle to)
    {
        using var from = new FileHandle(
            (int)Syscall.Check(openat(AT_FDCWD, PathBytes.From(source), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "openat", source));
        statx_data data = FileStatus.Of(from.Fd, source);
        mount = data.stx_mnt_id;
        CopyContents(from, to, "", to.Fd, 0);
        while (deeper.TryPop(out (byte[][] Trail, string Path, statx_data Data) next))
        {
            using var deepFrom = new FileHandle((int)Syscall.Check(DeepPath.Open(from.Fd, next.Trail), "openat2", next.Path));
            using var deepTo = new FileHandle((int)Syscall.Check(DeepPath.Open(to.Fd, next.Trail), "openat2", next.Path));
            trail.Clear();
            trail.AddRange(next.Trail);
            CopyContents(deepFrom, deepTo, next.Path, to.Fd, 0);
            Finish(deepFrom, deepTo, ".\0"u8.ToArray(), next.Data, next.Path);
        }
        Finish(from, to, ".\0"u8.ToArray(), data, source);
    }

    private void CopyContents(FileHandle from, FileHandle to, string path, int rootFd, int depth)
    {
        if (path.Length > LongestName)
            throw new ContainerException($"A directory has a path of more than {LongestName} characters.", "Remove it, or move it up.");
        foreach (byte[] name in TreeRemoval.Names(from.Fd, path))
        {
            cancellation.ThrowIfCancellationRequested();
            report.Tell(entries++, bytes);
            string full = $"{path}/{PathBytes.Describe(name)}";
            nint fd = openat(from.Fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
            if (-fd == Errno.ENOENT)
                continue; // Removed while this runs.
            using var place = new FileHandle((int)Syscall.Check(fd, "openat", full));
            statx_data data = FileStatus.Of(place.Fd, full);
            CopyEntry(from, to, name, full, data, rootFd, depth);
        }
    }

    private void CopyEntry(FileHandle from, FileHandle to, byte[] name, string full, statx_data data, int rootFd, int depth)
    {
        uint type = data.stx_mode & S_IFMT;
        if (type != S_IFDIR && data.stx_nlink > 1)
        {
            var identity = FileStatus.IdentityOf(data);
            if (links.TryGetValue(identity, out string? first)
                && linkat(rootFd, PathBytes.From(first[1..]), to.Fd, name) == 0)
                return;
            links.TryAdd(identity, full);
        }
        switch (type)
        {
            case S_IFDIR:
                CopyDirectory(from, to, name, full, data, rootFd, depth);
                return;
            case S_IFREG:
                CopyFile(from, to, name, full, data);
                return;
            case S_IFLNK:
                byte[] link = new byte[4096];
                nint length = Syscall.Check(readlinkat(from.Fd, name, link), "readlinkat", full);
                Syscall.Check(symlinkat(PathBytes.From(link.AsSpan(0, (int)length)), to.Fd, name), "symlinkat", full);
                break;
            default:
                ulong device = makedev(data.stx_rdev_major, data.stx_rdev_minor);
                Syscall.Check(mknodat(to.Fd, name, type | 0x180, device), "mknodat", full);
                break;
        }
        Finish(from, to, name, data, full);
    }

    private void CopyDirectory(FileHandle from, FileHandle to, byte[] name, string full, statx_data data, int rootFd, int depth)
    {
        Syscall.Check(mkdirat(to.Fd, name, 0x1c0), "mkdirat", full);
        using FileHandle target = OpenDirectory(to.Fd, name, full);
        if (data.stx_mnt_id == mount)
        {
            trail.Add(name);
            if (depth < DeepPath.MostLevels)
            {
                using FileHandle source = OpenDirectory(from.Fd, name, full);
                CopyContents(source, target, full, rootFd, depth + 1);
            }
            else
                deeper.Push(([.. trail], full, data));
            trail.RemoveAt(trail.Count - 1);
        }
        else
            warnings.Add($"What is mounted on '{full}' was left out.");
        Finish(from, to, name, data, full);
    }

    private void CopyFile(FileHandle from, FileHandle to, byte[] name, string full, statx_data data)
    {
        byte[] own = OverlayAttributes.PathOf(from.Fd, name);
        byte[] content = contentOf(full, own) is { } elsewhere ? PathBytes.From(elsewhere) : own;
        using var source = new FileHandle((int)Syscall.Check(openat(AT_FDCWD, content,
            O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), "openat", full));
        nint made = openat(to.Fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0x180);
        using var target = new FileHandle((int)Syscall.Check(made, "openat", full));
        if (data.stx_size > 0 && Syscall.Call(SyscallNumber.ioctl, target.Fd, FICLONE, source.Fd) < 0)
            CopyContent.Copy(
                source.Fd, target.Fd, (long)data.stx_size, long.MaxValue, new(full, full), cancellation,
                more => report.Tell(entries, bytes + more));
        bytes += (long)data.stx_size;
        Finish(from, to, name, data, full);
    }

    // The owner first: changing it takes file capabilities and set-user-id away. The target is in a directory that only this
    // process has a name of, so that a name in it is what was just made.
    private void Finish(FileHandle from, FileHandle to, byte[] name, statx_data data, string full)
    {
        Syscall.Check(fchownat(to.Fd, name, data.stx_uid, data.stx_gid, AT_SYMLINK_NOFOLLOW), "fchownat", full);
        CopyAttributes(OverlayAttributes.PathOf(from.Fd, name), OverlayAttributes.PathOf(to.Fd, name), full);
        if ((data.stx_mode & S_IFMT) != S_IFLNK)
            Syscall.Check(fchmodat(to.Fd, name, data.stx_mode & PermissionBits), "fchmodat", full);
        Syscall.Check(utimensat(to.Fd, name, Time(data.stx_atime), Time(data.stx_mtime), AT_SYMLINK_NOFOLLOW), "utimensat", full);
    }

    private void CopyAttributes(byte[] from, byte[] to, string full)
    {
        nint length = llistxattr(from, attributeNames);
        if (-length is Errno.EOPNOTSUPP)
            return;
        int count = (int)Syscall.Check(length, "llistxattr", full);
        foreach (byte[] name in AttributeNames.Split(attributeNames.AsSpan(0, count)))
        {
            string word = PathBytes.Describe(name);
            if (!keepAttribute(word))
                continue;
            nint size = lgetxattr(from, name, attributeValue);
            if (size < 0)
                continue; // Removed while this runs.
            nint set = lsetxattr(to, name, attributeValue.AsSpan(0, (int)size));
            if (set < 0)
                warnings.Add($"The attribute {word} of '{full}' was left out: {Errno.Name((int)-set)}.");
        }
    }

    private static FileHandle OpenDirectory(int parent, byte[] name, string path) =>
        new((int)Syscall.Check(openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), "openat", path));

    private static time_spec Time(statx_timestamp time) => new() { tv_sec = time.tv_sec, tv_nsec = time.tv_nsec };
}
