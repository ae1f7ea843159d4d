using System.Text;
using PSContainer.Kernel;

namespace PSContainer.Runtime;

/// <summary>Standard output without System.Console, whose first use starts a thread.</summary>
internal static class OutputText
{
    /// <summary>Writes all of a text.</summary>
    public static void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    /// <summary>Writes all bytes; a reader that has gone ends it.</summary>
    public static void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            nint written = Files.write(1, bytes);
            if (written is -Errno.EINTR)
                continue;
            if (written <= 0)
                return;
            bytes = bytes[(int)written..];
        }
    }
}
