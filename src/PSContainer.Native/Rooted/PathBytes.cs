using System.Text;

namespace PSContainer.Rooted;

/// <summary>Paths as the kernel takes them: bytes, usually UTF-8 but not always, with a NUL at the end.</summary>
internal static class PathBytes
{
    /// <summary>Encodes <paramref name="text"/>.</summary>
    /// <exception cref="InvalidSpecException">It holds a NUL, behind which the kernel would not look.</exception>
    public static byte[] From(string text)
    {
        if (text.Contains('\0'))
            throw new InvalidSpecException($"'{text.Replace('\0', '?')}' holds a NUL character, which no path or name can.");
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }

    /// <summary>Bytes, which hold no NUL, with one behind them.</summary>
    /// <exception cref="InvalidSpecException">They hold a NUL.</exception>
    public static byte[] From(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Contains((byte)0))
            throw new InvalidSpecException($"'{Describe(bytes)}' holds a NUL character, which no path or name can.");
        byte[] terminated = new byte[bytes.Length + 1];
        bytes.CopyTo(terminated);
        return terminated;
    }

    /// <summary><c>/proc/self/fd/N</c>, the magic link to what a descriptor refers to.</summary>
    public static byte[] OfDescriptor(int fd) => From($"/proc/self/fd/{fd}");

    /// <summary>The bytes for people: as UTF-8, up to a NUL, with U+FFFD and <c>?</c> for what cannot be shown.</summary>
    public static string Describe(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        string text = Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
        return string.Create(text.Length, text, static (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
                span[i] = char.IsControl(source[i]) ? '?' : source[i];
        });
    }
}
