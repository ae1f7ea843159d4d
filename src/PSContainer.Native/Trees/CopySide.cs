using System.Text;
using PSContainer.Kernel;
using PSContainer.Rooted;
using static PSContainer.Kernel.Files;

namespace PSContainer.Trees;

/// <summary>One side of a copy: the host, where the caller's paths are resolved as usual, or a container.</summary>
internal sealed class CopySide(RootedDirectory? container)
{
    private const int MaxLinks = 40;

    internal bool IsHost => container is null;

    /// <summary>Opens a path.</summary>
    /// <returns>A descriptor, or the negated error number.</returns>
    internal nint TryOpen(ReadOnlySpan<byte> path, int flags) =>
        container is null ? openat(AT_FDCWD, path, flags | O_CLOEXEC) : container.TryOpen(path, flags);

    /// <summary>A path for people.</summary>
    internal string Describe(string path) =>
        container is null ? path : $"{container.Path.TrimEnd('/')}/{path.TrimStart('/')}";

    /// <summary>Finds the directory and name that a path ends in, through links that lie at its end.</summary>
    /// <returns>The directory (O_PATH) and the name, with a NUL.</returns>
    internal (FileHandle Parent, byte[] Name) OpenParent(string path)
    {
        byte[] current = Encoding.UTF8.GetBytes(path.TrimEnd('/'));
        byte[] buffer = new byte[4096];
        for (int i = 0; i < MaxLinks; i++)
        {
            int slash = current.AsSpan().LastIndexOf((byte)'/');
            byte[] directory = slash < 0 ? "."u8.ToArray() : current[..(slash + 1)];
            byte[] name = PathBytes.From(current.AsSpan(slash + 1));
            nint fd = TryOpen(PathBytes.From(directory), O_PATH | O_DIRECTORY);
            if (fd < 0)
                throw Failure((int)-fd, PathBytes.Describe(directory));
            var parent = new FileHandle((int)fd);
            nint length = readlinkat(parent.Fd, name, buffer);
            if (length <= 0)
                return (parent, name);
            parent.Dispose();
            ReadOnlySpan<byte> target = buffer.AsSpan(0, (int)length);
            current = target[0] == (byte)'/' ? target.ToArray() : [.. directory, (byte)'/', .. target];
        }
        throw Failure(Errno.ELOOP, path);
    }

    internal ContainerException Failure(int errno, string path)
    {
        ContainerException plain = Syscall.Failure(errno, container is null ? "openat" : "openat2", Describe(path));
        return errno != Errno.ENOENT ? plain : new ContainerException($"'{Describe(path)}' does not exist.", "Check the path.")
        {
            Errno = errno, Call = plain.Call, Target = plain.Target,
        };
    }
}
