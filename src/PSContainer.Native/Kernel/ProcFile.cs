namespace PSContainer.Kernel;

/// <summary>Small text files of procfs and sysfs, which can vanish at any moment.</summary>
internal static class ProcFile
{
    // Far more than a kernel writes of a process; what a process itself writes, its command line, is read in part.
    private const int MostBytes = 4 << 20, MostOfCommandLine = 16 << 10;

    /// <summary>Reads a file whole.</summary>
    /// <returns>The text, or <see langword="null"/> when it is gone or cannot be read.</returns>
    internal static string? Read(string path)
    {
        try
        {
            return AtomicFile.Read(path, MostBytes) is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : null;
        }
        catch (ContainerException)
        {
            return null;
        }
    }

    /// <summary>The command line of a process, its words separated by blanks; a very long one ends in <c>…</c>.</summary>
    /// <returns>The text, or <see langword="null"/> when it has none, is gone or is not to be read.</returns>
    internal static string? ReadCommandLine(int pid)
    {
        // A process may have megabytes of it, which many processes share: each reader would have them for each.
        byte[] buffer = new byte[MostOfCommandLine];
        using FileHandle? file = Open($"/proc/{pid.ToString(System.Globalization.CultureInfo.InvariantCulture)}/cmdline");
        int length = 0;
        for (nint got = 1; file is not null && got > 0 && length < buffer.Length; length += (int)Math.Max(0, got))
            got = Files.read(file.Fd, buffer.AsSpan(length));
        ReadOnlySpan<byte> text = buffer.AsSpan(0, length).TrimEnd((byte)0);
        if (text.IsEmpty)
            return null;
        string words = System.Text.Encoding.UTF8.GetString(text).Replace('\0', ' ');
        return length == buffer.Length ? words + "…" : words;
    }

    private static FileHandle? Open(string path)
    {
        nint fd = Files.openat(Files.AT_FDCWD, path, Files.O_RDONLY | Files.O_CLOEXEC | Files.O_NOFOLLOW);
        return fd < 0 ? null : new FileHandle((int)fd);
    }

    /// <summary>The first word of a file as a number.</summary>
    internal static long? ReadNumber(string path) =>
        long.TryParse(Read(path)?.Trim(), System.Globalization.CultureInfo.InvariantCulture, out long number) ? number : null;
}
