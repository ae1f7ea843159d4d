using System.Text;
using System.Text.Json;

namespace PSContainer.Spec.Reading;

/// <summary>A place in a document as people name it.</summary>
/// <param name="Path"><c>linux.resources.memory.limit</c>, <c>mounts[2].options[0]</c>.</param>
/// <param name="Line">From 1.</param>
/// <param name="Found">What is there, in words, short.</param>
/// <param name="IsTooDeep">Whether the next bracket is one too many.</param>
internal readonly record struct SpecJsonPlace(string Path, int Line, string Found, bool IsTooDeep)
{
    private const int MaxShown = 40;

    /// <summary>The value that begins at or holds a byte, or before it the first place that is not JSON.</summary>
    public static SpecJsonPlace Find(ReadOnlySpan<byte> json, long offset)
    {
        var reader = new Utf8JsonReader(json, SpecJsonReader.Options);
        var path = new SpecJsonPath();
        try
        {
            while (reader.Read())
            {
                path.Enter(ref reader);
                if (reader.BytesConsumed > offset)
                {
                    int line = LineOf(json, (int)reader.TokenStartIndex);
                    return new SpecJsonPlace(path.ToString(), line, Describe(ref reader), IsTooDeep: false);
                }
                path.Leave(ref reader);
            }
        }
        catch (JsonException failure)
        {
            int at = OffsetOf(json, failure);
            // A bracket that was just opened is not in the count yet.
            int depth = reader.CurrentDepth + (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? 1 : 0);
            bool isTooDeep = depth >= SpecJsonReader.MaxDepth && at < json.Length && json[at] is (byte)'{' or (byte)'[';
            return new SpecJsonPlace(path.ToString(), LineOf(json, at), DescribeByte(json, at), isTooDeep);
        }
        return new SpecJsonPlace(path.ToString(), LineOf(json, json.Length), "the end of the file", false);
    }

    private static string Describe(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => $"\"{Printable(reader.ValueSpan)}\"",
        _ => Printable(reader.ValueSpan),
    };

    private static string DescribeByte(ReadOnlySpan<byte> json, int at)
    {
        if (at >= json.Length)
            return "the end of the file";
        return json[at] is > 0x20 and < 0x7F and var letter ? $"'{(char)letter}'" : $"the byte 0x{json[at]:x2}";
    }

    /// <summary>Text of anyone's as it can be shown on a terminal: short, and without control characters.</summary>
    public static string Printable(ReadOnlySpan<byte> text)
    {
        bool isLong = text.Length > MaxShown;
        string shown = ShownText.Of(Encoding.UTF8.GetString(isLong ? text[..MaxShown] : text));
        return isLong ? shown + '…' : shown;
    }

    private static int LineOf(ReadOnlySpan<byte> json, int offset) => 1 + json[..offset].Count((byte)'\n');

    // The exception counts lines from 0 and bytes within the line.
    private static int OffsetOf(ReadOnlySpan<byte> json, JsonException failure)
    {
        int start = 0;
        for (long line = failure.LineNumber ?? 0; line > 0; line--)
            start += json[start..].IndexOf((byte)'\n') + 1;
        return (int)Math.Min(json.Length, start + (failure.BytePositionInLine ?? 0));
    }
}
