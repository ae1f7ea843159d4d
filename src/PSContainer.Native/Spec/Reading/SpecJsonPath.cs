using System.Text;
using System.Text.Json;

namespace PSContainer.Spec.Reading;

/// <summary>The names and numbers that lead to the current value of a document.</summary>
internal sealed class SpecJsonPath
{
    private readonly Stack<(bool IsArray, string Name, int Index)> _levels = new();

    /// <summary>Takes a token in: the path is then that of the token's value.</summary>
    public void Enter(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.PropertyName)
        {
            _levels.Pop();
            _levels.Push((false, Segment(reader.ValueSpan), 0));
        }
        else if (!IsEnd(ref reader) && _levels.TryPeek(out var level) && level.IsArray)
        {
            _levels.Pop();
            _levels.Push(level with { Index = level.Index + 1 });
        }
    }

    /// <summary>Goes on from a token: into a bracket that opens, out of one that closes.</summary>
    public void Leave(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            _levels.Push((reader.TokenType == JsonTokenType.StartArray, "", -1));
        else if (IsEnd(ref reader))
            _levels.Pop();
    }

    private static bool IsEnd(ref Utf8JsonReader reader) => reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray;

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach ((bool isArray, string name, int index) in _levels.Reverse())
        {
            if (isArray && index >= 0)
                text.Append('[').Append(index).Append(']');
            else if (name.Length > 0)
                text.Append(name[0] == '[' || text.Length == 0 ? "" : ".").Append(name);
        }
        return text.Length == 0 ? "the document" : text.ToString();
    }

    // A name with dots in it, as annotations have, would read like several.
    private static string Segment(ReadOnlySpan<byte> name)
    {
        foreach (byte letter in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)letter) && letter != '_')
                return $"[\"{SpecJsonPlace.Printable(name)}\"]";
        }
        return name.Length is 0 or > 40 ? $"[\"{SpecJsonPlace.Printable(name)}\"]" : Encoding.ASCII.GetString(name);
    }
}
