using PSContainer.Kernel;
using static PSContainer.Kernel.Files;
using static PSContainer.Kernel.Openat2;

namespace PSContainer.Rooted;

/// <summary>
/// A directory that paths cannot leave: a rootfs, or the root of a running container. The kernel resolves every path with this
/// directory as its root, so absolute links and <c>..</c> stay inside, whoever exchanges what meanwhile; magic links of
/// procfs are never followed. Nothing else in managed code resolves a path that a container can influence.
/// </summary>
public sealed class RootedDirectory : IDisposable
{
    private const int Attempts = 128;
    private readonly FileHandle handle;

    private RootedDirectory(FileHandle handle, string path) => (this.handle, Path) = (handle, path);

    /// <summary>How the directory was named when it was opened; for messages. Of a container: its name and a colon.</summary>
    public string Path { get; }

    /// <summary>The running container whose root it is; <see langword="null"/> for a directory of the host.</summary>
    public string? Container { get; private init; }

    /// <summary>The O_PATH descriptor of the directory.</summary>
    public int Fd => handle.Fd;

    /// <summary>Opens a directory of the host; this path itself is resolved as usual, links followed.</summary>
    /// <param name="path">A directory, <c>/proc/PID/root</c> for a running container's.</param>
    /// <exception cref="RootfsNotFoundException">There is no such directory.</exception>
    /// <exception cref="ContainerException">It cannot be opened, or the kernel has no openat2(2).</exception>
    public static RootedDirectory OpenHost(string path)
    {
        nint fd = openat(AT_FDCWD, PathBytes.From(path), O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (-fd is Errno.ENOENT or Errno.ENOTDIR)
        {
            string problem = -fd == Errno.ENOENT ? "does not exist" : "is not a directory";
            throw new RootfsNotFoundException($"'{path}' {problem}.", "Give the path of a directory.")
            {
                Call = "openat", Errno = (int)-fd, Target = path,
            };
        }
        return FromHandle(new FileHandle((int)Syscall.Check(fd, "openat", path)), path);
    }

    /// <summary>Opens the root of a running container; messages then have paths as they are inside: <c>web:/etc/motd</c>.</summary>
    /// <param name="path"><c>/proc/PID/root</c> of a process of it.</param>
    /// <param name="container">The container's name.</param>
    /// <inheritdoc cref="OpenHost" path="/exception"/>
    internal static RootedDirectory OpenContainer(string path, string container)
    {
        using RootedDirectory opened = OpenHost(path);
        return new(new FileHandle(opened.handle.Release()), $"{container}:") { Container = container };
    }

    /// <summary>Takes over a descriptor of a directory.</summary>
    /// <param name="handle">An open directory, which this object closes from now on.</param>
    /// <param name="path">How to call it in messages.</param>
    /// <exception cref="ContainerException">The kernel has no openat2(2).</exception>
    public static RootedDirectory FromHandle(FileHandle handle, string path)
    {
        var root = new RootedDirectory(handle, path);
        nint probe = root.TryOpen(PathBytes.From("."), O_PATH);
        if (probe >= 0)
        {
            new FileHandle((int)probe).Dispose();
            return root;
        }
        root.Dispose();
        throw -probe == Errno.ENOSYS ? NoOpenat2() : Syscall.Failure((int)-probe, "openat2", path);
    }

    private static ContainerException NoOpenat2() =>
        new("openat2: ENOSYS: the kernel has no openat2(2), without which no path in a container can be opened safely.",
            "Use Linux 5.6 or later, or allow openat2 in the seccomp profile this process runs under.")
        {
            Call = "openat2", Errno = Errno.ENOSYS,
        };

    /// <summary>Opens what a path beneath this directory leads to.</summary>
    /// <param name="path">Absolute and relative paths both start at this directory.</param>
    /// <param name="flags"><c>O_…</c> of <see cref="Files"/>; O_CLOEXEC and O_NOCTTY are added.</param>
    /// <param name="mode">Mode of a new file, with O_CREAT.</param>
    /// <exception cref="ContainerException">openat2(2) failed.</exception>
    public FileHandle Open(string path, int flags, uint mode = 0)
    {
        nint fd = TryOpen(PathBytes.From(path), flags, mode);
        return fd >= 0 ? new FileHandle((int)fd) : throw Failure((int)-fd, "openat2", path);
    }

    /// <summary>As <see cref="Open"/>, for bytes that end with NUL.</summary>
    /// <returns>A descriptor, or the negated error number.</returns>
    internal nint TryOpen(ReadOnlySpan<byte> path, int flags, uint mode = 0)
    {
        open_how how = new()
        {
            flags = (uint)(flags | O_CLOEXEC | ((flags & O_PATH) == 0 ? O_NOCTTY : 0)),
            mode = mode,
            resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
        };
        // EAGAIN: something on the way was renamed meanwhile and the kernel could not tell whether ".." stays inside.
        for (int i = 0; ; i++)
        {
            nint fd = openat2(Fd, path, how);
            if (-fd is not (Errno.EAGAIN or Errno.EINTR) || i == Attempts)
                return fd;
        }
    }

    /// <summary>Whether a path leads to something; a link counts by what it leads to.</summary>
    /// <exception cref="ContainerException">It cannot be told: no permission, too many links.</exception>
    public bool Exists(string path)
    {
        nint fd = TryOpen(PathBytes.From(path), O_PATH);
        if (fd >= 0)
        {
            new FileHandle((int)fd).Dispose();
            return true;
        }
        return -fd is Errno.ENOENT or Errno.ENOTDIR ? false : throw Failure((int)-fd, "openat2", path);
    }

    /// <summary>Opens (O_PATH) the directory that a path's last component is in.</summary>
    /// <param name="path">A path whose last component is a name, not <c>.</c> or <c>..</c>; it need not exist.</param>
    /// <param name="name">The last component.</param>
    /// <exception cref="ContainerException">The directory cannot be opened.</exception>
    public FileHandle OpenParent(string path, out string name)
    {
        string trimmed = path.TrimEnd('/');
        int slash = trimmed.LastIndexOf('/');
        name = trimmed[(slash + 1)..];
        if (name is "" or "." or "..")
            throw new InvalidSpecException($"'{path}' does not end with a name.");
        return Open(slash < 0 ? "." : trimmed[..(slash + 1)], O_PATH | O_DIRECTORY);
    }

    /// <summary>Makes the directories of a path that are not there.</summary>
    /// <param name="path">The path; links on it are followed inside this directory.</param>
    /// <param name="mode">Mode of the new ones, less the umask.</param>
    /// <returns>The last one, O_PATH.</returns>
    /// <exception cref="ContainerException">A component is no directory, or cannot be made.</exception>
    public FileHandle MakeDirectories(string path, uint mode = 0x1ed)
    {
        FileHandle current = Open(".", O_PATH | O_DIRECTORY);
        string done = "";
        try
        {
            foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                done += "/" + name;
                byte[] prefix = PathBytes.From(done);
                nint fd = TryOpen(prefix, O_PATH | O_DIRECTORY);
                if (-fd == Errno.ENOENT)
                {
                    nint made = mkdirat(current.Fd, PathBytes.From(name), mode);
                    if (made < 0 && -made != Errno.EEXIST)
                        throw Failure((int)-made, "mkdirat", done);
                    fd = TryOpen(prefix, O_PATH | O_DIRECTORY);
                }
                if (fd < 0)
                    throw Failure((int)-fd, "openat2", done);
                current.Dispose();
                current = new FileHandle((int)fd);
            }
            return current;
        }
        catch
        {
            current.Dispose();
            throw;
        }
    }

    /// <summary>The exception for a call that failed beneath this directory.</summary>
    internal ContainerException Failure(int errno, string call, string path) =>
        Syscall.Failure(errno, call, $"{Path.TrimEnd('/')}/{path.TrimStart('/')}");

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
