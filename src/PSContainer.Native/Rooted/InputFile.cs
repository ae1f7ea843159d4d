using PSContainer.Kernel;
using static PSContainer.Kernel.Files;

namespace PSContainer.Rooted;

/// <summary>
/// Files of the host that a caller names, to be read: links are followed, and the file that they lead to is looked at.
/// </summary>
internal static class InputFile
{
    private const int Mebibyte = 1 << 20;

    /// <summary>Reads a small regular file whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">More than this is refused, also of a file that grows or says no size.</param>
    /// <param name="what">What it is, for messages: <c>The seccomp profile</c>.</param>
    /// <param name="recommendation">What to do when it cannot be read.</param>
    /// <exception cref="InvalidSpecException">It is too large.</exception>
    /// <exception cref="ContainerException">It is not there, not a regular file, or cannot be read.</exception>
    internal static byte[] Read(string path, int maxBytes, string what, string recommendation)
    {
        using FileHandle place = Find(path, what, recommendation, out statx_data data);
        if ((data.stx_mode & S_IFMT) != S_IFREG)
            throw Refused(path, what, $"is a {FileStatus.KindOf(data.stx_mode)}, not a regular file.", recommendation, errno: 0);
        try
        {
            using FileHandle file = FileStatus.Reopen(place.Fd, O_RDONLY | O_NONBLOCK, path);
            int expected = (int)Math.Min(data.stx_size, (ulong)maxBytes);
            return RootedFile.TryReadToEnd(file.Fd, expected, maxBytes, path)
                ?? throw new InvalidSpecException($"{what} '{path}' is larger than {Describe(maxBytes)}.", recommendation) { Target = path };
        }
        catch (ContainerException failure) when (failure is not InvalidSpecException)
        {
            throw Refused(path, what, $"cannot be read: {failure.Message}", recommendation, failure.Errno);
        }
    }

    /// <summary>Opens (O_PATH) what a path leads to, which waits for nobody.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it is, for messages.</param>
    /// <param name="recommendation">What to do when there is none.</param>
    /// <param name="data">What kind of file it is.</param>
    /// <exception cref="ContainerException">There is none.</exception>
    internal static FileHandle Find(string path, string what, string recommendation, out statx_data data)
    {
        nint fd = openat(AT_FDCWD, PathBytes.From(path), O_PATH | O_CLOEXEC);
        if (-fd is Errno.ENOENT or Errno.ENOTDIR)
            throw Refused(path, what, "does not exist.", recommendation, (int)-fd);
        if (fd < 0)
            throw Refused(path, what, $"cannot be opened: {Errno.Describe((int)-fd)}.", recommendation, (int)-fd);
        var place = new FileHandle((int)fd);
        data = FileStatus.Of(place.Fd, path);
        return place;
    }

    private static ContainerException Refused(string path, string what, string problem, string recommendation, int errno) =>
        new($"{what} '{path}' {problem}", recommendation) { Errno = errno, Target = path };

    private static string Describe(int bytes) => bytes % Mebibyte == 0 ? $"{bytes / Mebibyte} MiB" : $"{bytes} bytes";
}
