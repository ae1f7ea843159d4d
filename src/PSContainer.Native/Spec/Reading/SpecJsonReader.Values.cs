using System.Text;
using System.Text.Json;

namespace PSContainer.Spec.Reading;

/// <content>The types of values.</content>
internal ref partial struct SpecJsonReader
{
    private const string ArrayOfStrings = "an array of strings";

    /// <summary>A string.</summary>
    public readonly string Text() => _reader.TokenType == JsonTokenType.String ? TokenText() : throw Expected("a string");

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public readonly bool Flag() => _reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw Expected("true or false"),
    };

    /// <summary>A number of 16 bits, not negative.</summary>
    public readonly ushort UInt16() =>
        IsNumber && _reader.TryGetUInt16(out ushort number) ? number : throw Expected("a whole number from 0 to 65535");

    /// <summary>A number of 32 bits.</summary>
    public readonly int Int32() =>
        IsNumber && _reader.TryGetInt32(out int number) ? number
        : throw Expected("a whole number from -2147483648 to 2147483647");

    /// <summary>A number of 32 bits, not negative.</summary>
    public readonly uint UInt32() =>
        IsNumber && _reader.TryGetUInt32(out uint number) ? number : throw Expected("a whole number from 0 to 4294967295");

    /// <summary>A number of 64 bits.</summary>
    public readonly long Int64() =>
        IsNumber && _reader.TryGetInt64(out long number) ? number
        : throw Expected("a whole number from -9223372036854775808 to 9223372036854775807");

    /// <summary>A number of 64 bits, not negative.</summary>
    public readonly ulong UInt64() =>
        IsNumber && _reader.TryGetUInt64(out ulong number) ? number
        : throw Expected("a whole number from 0 to 18446744073709551615");

    /// <summary>A date and time with its offset from UTC, ISO 8601.</summary>
    public readonly DateTimeOffset Time() =>
        // No time has an escape, and half of a surrogate pair would throw.
        _reader.TokenType == JsonTokenType.String && !_reader.ValueIsEscaped && _reader.TryGetDateTimeOffset(out DateTimeOffset time) ? time
        : throw Expected("a date and time such as \"2026-01-02T03:04:05Z\"");

    /// <summary>An object.</summary>
    public T Object<T>() where T : class, ISpecValue<T> => T.Read(ref this);

    /// <summary>An array of objects.</summary>
    public List<T> Objects<T>() where T : class, ISpecValue<T>
    {
        BeginArray("an array of objects");
        var list = new List<T>();
        while (NextItem())
            list.Add(T.Read(ref this));
        return list;
    }

    /// <summary>An array of strings.</summary>
    public List<string> Texts()
    {
        BeginArray(ArrayOfStrings);
        var list = new List<string>();
        while (NextItem())
            list.Add(Text());
        return list;
    }

    /// <summary>An array of numbers of 32 bits, not negative.</summary>
    public List<uint> UInt32s()
    {
        BeginArray("an array of numbers");
        var list = new List<uint>();
        while (NextItem())
            list.Add(UInt32());
        return list;
    }

    /// <summary>An object whose members are named freely and hold strings.</summary>
    public Dictionary<string, string> TextMap()
    {
        BeginObject();
        var map = new Dictionary<string, string>();
        while (NextName())
        {
            string name = Encoding.UTF8.GetString(_name);
            map[name] = Text();
        }
        return map;
    }

    /// <summary>An object whose members are named freely and hold objects.</summary>
    public Dictionary<string, T> ObjectMap<T>() where T : class, ISpecValue<T>
    {
        BeginObject();
        var map = new Dictionary<string, T>();
        while (NextName())
        {
            string name = Encoding.UTF8.GetString(_name);
            map[name] = T.Read(ref this);
        }
        return map;
    }

    private readonly bool IsNumber => _reader.TokenType == JsonTokenType.Number;

    private readonly void BeginArray(string what)
    {
        if (_reader.TokenType != JsonTokenType.StartArray)
            throw Expected(what);
    }

    private bool NextItem()
    {
        _reader.Read();
        return _reader.TokenType != JsonTokenType.EndArray;
    }

    private readonly string TokenText() => _reader.ValueIsEscaped ? EscapedText() : Encoding.UTF8.GetString(_reader.ValueSpan);

    private readonly string EscapedText()
    {
        try
        {
            return _reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // The bytes are valid, so what is not is an escape sequence.
            throw Expected("text without half a surrogate pair");
        }
    }
}
