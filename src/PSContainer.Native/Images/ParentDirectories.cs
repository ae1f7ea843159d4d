using System.Text;
using PSContainer.Kernel;
using PSContainer.Rooted;
using static PSContainer.Kernel.Files;

namespace PSContainer.Images;

/// <summary>The directories that entries are made in, opened beneath the root; the last few stay open.</summary>
/// <param name="root">The root.</param>
/// <param name="makeWay">
/// Makes a directory of what is none but has to be: gets the directory it is in, its path and its name, with a NUL.
/// </param>
/// <remarks>A descriptor stays on the directory it was opened for, so that keeping it cannot lead anywhere else.</remarks>
internal sealed class ParentDirectories(RootedDirectory root, Action<int, byte[], byte[]> makeWay) : IDisposable
{
    private const int Capacity = 32;
    private readonly Dictionary<string, FileHandle> open = [];
    private bool stale;

    /// <summary>Opens a directory and makes those on the way that the archive did not list.</summary>
    /// <param name="path">A plain path; empty for the root.</param>
    /// <param name="made">Told of each that was made.</param>
    /// <returns>An O_PATH descriptor that stays open until something else is asked for.</returns>
    internal int Open(byte[] path, Action<byte[]> made)
    {
        if (path.Length == 0)
            return root.Fd;
        if (stale || open.Count >= Capacity)
            Close();
        string key = KeyOf(path);
        if (open.TryGetValue(key, out FileHandle? known))
            return known.Fd;
        nint fd = root.TryOpen(PathBytes.From(path), O_PATH | O_DIRECTORY);
        if (-fd is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP)
            fd = Make(path, made);
        if (fd < 0)
            throw root.Failure((int)-fd, "openat2", PathBytes.Describe(path));
        open.Add(key, new FileHandle((int)fd));
        return (int)fd;
    }

    private nint Make(byte[] path, Action<byte[]> made)
    {
        ArchivePath.Split(path, out byte[] parent, out byte[] leaf);
        int parentFd = Open(parent, made);
        nint result = mkdirat(parentFd, leaf, 0x1c0);
        if (result == 0)
            made(path);
        else if (-result != Errno.EEXIST)
            throw root.Failure((int)-result, "mkdirat", PathBytes.Describe(path));
        nint fd = root.TryOpen(PathBytes.From(path), O_PATH | O_DIRECTORY);
        if (-result == Errno.EEXIST && -fd is Errno.ENOENT or Errno.ELOOP)
        {
            throw new InvalidArchiveException(
                $"it has entries below '{PathBytes.Describe(path)}', which is a symbolic link that leads to nothing in the "
                + "archive");
        }
        if (-fd != Errno.ENOTDIR)
            return fd;
        makeWay(parentFd, path, leaf);
        made(path);
        return root.TryOpen(PathBytes.From(path), O_PATH | O_DIRECTORY);
    }

    /// <summary>Something was replaced, so that a path can lead elsewhere: the next one is resolved anew.</summary>
    internal void Forget() => stale = true;

    private void Close()
    {
        foreach (FileHandle handle in open.Values)
            handle.Dispose();
        open.Clear();
        stale = false;
    }

    /// <summary>A path as a key: one character a byte, whatever the bytes are.</summary>
    internal static string KeyOf(ReadOnlySpan<byte> path) => Encoding.Latin1.GetString(path);

    public void Dispose() => Close();
}
