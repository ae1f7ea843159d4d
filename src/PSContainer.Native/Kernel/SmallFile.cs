using System.Globalization;
using System.Text;

namespace PSContainer.Kernel;

/// <summary>The small text files of cgroupfs and procfs: one open, one read or write, one close.</summary>
internal static class SmallFile
{
    /// <summary>Opens a file.</summary>
    /// <returns>The descriptor, or a negated error number.</returns>
    internal static int Open(string path, int flags)
    {
        const int OrdinaryPath = 512;
        if (path.Length * 3 >= OrdinaryPath)
            return (int)Files.openat(Files.AT_FDCWD, path, flags | Files.O_CLOEXEC);
        Span<byte> bytes = stackalloc byte[OrdinaryPath];
        bytes[Encoding.UTF8.GetBytes(path, bytes)] = 0;
        return (int)Files.openat(Files.AT_FDCWD, bytes, flags | Files.O_CLOEXEC);
    }

    /// <summary>Writes a value with one write(2): cgroupfs takes no partial values.</summary>
    /// <returns>0, or a negated error number.</returns>
    internal static int TryWrite(string path, string value)
    {
        int fd = Open(path, Files.O_WRONLY);
        if (fd < 0)
            return fd;
        using var file = new FileHandle(fd);
        return TryWrite(fd, value);
    }

    /// <summary>Writes a value to an open file with one write(2).</summary>
    /// <returns>0, or a negated error number.</returns>
    internal static int TryWrite(int fd, string value)
    {
        int most = Encoding.UTF8.GetMaxByteCount(value.Length);
        Span<byte> bytes = most <= 512 ? stackalloc byte[512] : new byte[most];
        int length = Encoding.UTF8.GetBytes(value, bytes);
        return (int)Math.Min(0, Files.write(fd, bytes[..length]));
    }

    /// <summary>Reads a file whole; <see langword="null"/> when it is not there or cannot be read.</summary>
    internal static string? Read(string path)
    {
        int fd = Open(path, Files.O_RDONLY);
        if (fd < 0)
            return null;
        using var file = new FileHandle(fd);
        Span<byte> first = stackalloc byte[4096];
        Span<byte> buffer = first;
        int length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                Span<byte> larger = new byte[buffer.Length * 4];
                buffer.CopyTo(larger);
                buffer = larger;
            }
            nint got = Files.read(fd, buffer[length..]);
            if (got < 0)
                return null;
            if (got == 0)
                return Encoding.UTF8.GetString(buffer[..length]);
            length += (int)got;
        }
    }

    /// <summary>Reads a file that holds values, not a list of processes: the kernel gives one whole with one read(2).</summary>
    internal static string? ReadValue(string path)
    {
        int fd = Open(path, Files.O_RDONLY);
        if (fd < 0)
            return null;
        using var file = new FileHandle(fd);
        Span<byte> buffer = stackalloc byte[4096];
        nint got = Files.read(fd, buffer);
        if (got < buffer.Length)
            return got < 0 ? null : Encoding.UTF8.GetString(buffer[..(int)got]);
        return Read(path);
    }

    /// <summary>Reads the one number of a file; <see langword="null"/> for <c>max</c>, other text or no file.</summary>
    internal static long? ReadNumber(string path) => ParseNumber(Read(path));

    /// <summary>Parses a number of cgroupfs; what does not fit 63 bits is as good as no limit.</summary>
    internal static long? ParseNumber(ReadOnlySpan<char> text) =>
        long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : null;

    /// <summary>Reads one value of a flat keyed file (<c>key value</c> lines).</summary>
    internal static long? ReadKey(string path, string key) => FindKey(Read(path), key);

    /// <summary>Finds one value in the text of a flat keyed file.</summary>
    internal static long? FindKey(string? text, string key)
    {
        ReadOnlySpan<char> all = text;
        for (int from = 0; from < all.Length;)
        {
            int found = all[from..].IndexOf(key, StringComparison.Ordinal);
            if (found < 0)
                return null;
            int place = from + found, after = place + key.Length;
            if ((place == 0 || all[place - 1] == '\n') && after < all.Length && all[after] == ' ')
            {
                ReadOnlySpan<char> value = all[(after + 1)..];
                int end = value.IndexOf('\n');
                return ParseNumber(end < 0 ? value : value[..end]);
            }
            from = after;
        }
        return null;
    }

    /// <summary>The words of a file, as in <c>cgroup.controllers</c>; none when it cannot be read.</summary>
    internal static string[] ReadWords(string path) =>
        Read(path)?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? [];
}
