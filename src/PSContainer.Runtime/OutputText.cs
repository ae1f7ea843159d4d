using System.Text;
using System.Text.Json;
using PSContainer.Kernel;

namespace PSContainer.Runtime;

/// <summary>Standard output without System.Console, whose first use starts a thread.</summary>
internal static class OutputText
{
    /// <summary>Writes all of a text.</summary>
    public static void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    /// <summary>Writes one JSON value and a line feed.</summary>
    public static void WriteJson(Action<Utf8JsonWriter> write, bool isIndented)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = isIndented }))
            write(json);
        buffer.WriteByte((byte)'\n');
        Write(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    /// <summary>Writes all bytes; a reader that has gone ends it.</summary>
    /// <returns>Whether there is still a reader.</returns>
    public static bool Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            nint written = Files.write(1, bytes);
            if (written is -Errno.EINTR)
                continue;
            if (written <= 0)
                return false;
            bytes = bytes[(int)written..];
        }
        return true;
    }
}
