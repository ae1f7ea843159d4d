using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace PSContainer.Spec.Reading;

/// <summary>Reads JSON of which the members and their types are known, by name and in any order.</summary>
/// <remarks>
/// By hand, since a start of a container takes 1 ms and a serializer's type information, made at its first use, longer than that.
/// Unknown members are skipped, a member with the value <c>null</c> is as one that is not there, and the last of several with
/// one name counts. Free names (annotations) and items of arrays cannot be <c>null</c>.
/// </remarks>
internal ref partial struct SpecJsonReader
{
    /// <summary>Objects and arrays within one another, at most; the specification's own nest 7 deep.</summary>
    public const int MaxDepth = 32;

    private readonly ReadOnlySpan<byte> _json;
    private readonly string _source;
    private Utf8JsonReader _reader;
    private ReadOnlySpan<byte> _name;

    private SpecJsonReader(ReadOnlySpan<byte> json, string source)
    {
        _json = json;
        _source = source;
        _reader = new Utf8JsonReader(json, Options);
    }

    /// <summary>Strict JSON: neither comments nor trailing commas.</summary>
    internal static JsonReaderOptions Options => new() { MaxDepth = MaxDepth };

    /// <summary>Reads a document that holds one object.</summary>
    /// <param name="json">The document, UTF-8.</param>
    /// <param name="source">Where it is from, for messages.</param>
    /// <exception cref="InvalidSpecException">It is not JSON, or of another shape; the message names line and member.</exception>
    public static T Parse<T>(ReadOnlySpan<byte> json, string source) where T : class, ISpecValue<T>
    {
        var reader = new SpecJsonReader(json, source);
        try
        {
            reader.Begin();
            T value = T.Read(ref reader);
            reader.End();
            return value;
        }
        catch (JsonException)
        {
            throw SpecJsonFault.Syntax(json, source);
        }
    }

    /// <summary>Reads a document that holds one array of strings.</summary>
    /// <inheritdoc cref="Parse"/>
    public static List<string> ParseTexts(ReadOnlySpan<byte> json, string source)
    {
        var reader = new SpecJsonReader(json, source);
        try
        {
            reader.Begin();
            List<string> texts = reader.Texts();
            reader.End();
            return texts;
        }
        catch (JsonException)
        {
            throw SpecJsonFault.Syntax(json, source);
        }
    }

    /// <summary>Enters an object; its members follow with <see cref="NextMember"/>.</summary>
    public readonly void BeginObject()
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
            throw Expected("an object");
    }

    /// <summary>Goes to the value of the next member that is not null; a typed method or <see cref="Skip"/> must take it.</summary>
    /// <returns>Whether there is one; if not, the object has ended.</returns>
    public bool NextMember()
    {
        while (NextName())
        {
            if (_reader.TokenType != JsonTokenType.Null)
                return true;
        }
        return false;
    }

    /// <summary>Whether the current member has this name, in any case, as runc has it: PowerShell's ConvertTo-Json writes large letters.</summary>
    public readonly bool Is(ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(_name, name);

    /// <summary>Passes over the value of a member that is not known.</summary>
    public void Skip() => _reader.Skip();

    /// <summary>The failure of a value that is not as it must be.</summary>
    /// <param name="what">What it must be: <c>a string</c>.</param>
    public readonly InvalidSpecException Expected(string what) =>
        SpecJsonFault.Value(_json, _source, _reader.TokenStartIndex, what);

    /// <summary>The failure of an object without a member that it must have.</summary>
    public readonly InvalidSpecException Missing(string member) => SpecJsonFault.Missing(_source, member);

    private bool NextName()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.EndObject)
            return false;
        _name = _reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(EscapedText()) : _reader.ValueSpan;
        _reader.Read();
        return true;
    }

    // What is valid here can be taken for text later without another look at every byte.
    private void Begin()
    {
        if (!Utf8.IsValid(_json))
            throw SpecJsonFault.Encoding(_json, _source);
        _reader.Read();
    }

    // Reads on once more: anything but white space makes that fail.
    private void End() => _reader.Read();
}
