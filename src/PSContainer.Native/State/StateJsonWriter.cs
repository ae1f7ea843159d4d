using System.Buffers.Text;
using System.Text;

namespace PSContainer.State;

/// <summary>Writes one JSON object, UTF-8, without white space.</summary>
/// <remarks>By hand: the first use of Utf8JsonWriter, with its encoder, takes longer than writing the file.</remarks>
internal ref struct StateJsonWriter()
{
    private const int MostOfNumber = 20, MostOfTime = 33;

    private byte[] _buffer = new byte[2048];
    private int _length;
    private bool _needsComma;

    /// <summary>What was written.</summary>
    public readonly ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary><c>{</c> or <c>[</c>.</summary>
    public void Open(char bracket)
    {
        Separate();
        Put((byte)bracket);
        _needsComma = false;
    }

    /// <summary><c>}</c> or <c>]</c>.</summary>
    public void Close(char bracket)
    {
        Put((byte)bracket);
        _needsComma = true;
    }

    /// <summary>A member's name; its value follows.</summary>
    public void Name(string name)
    {
        Text(name);
        Put((byte)':');
        _needsComma = false;
    }

    /// <summary>A member that is a string.</summary>
    public void Member(string name, string value)
    {
        Name(name);
        Text(value);
    }

    /// <summary>A member that is an object of strings.</summary>
    public void Members(string name, IReadOnlyDictionary<string, string> values)
    {
        Name(name);
        Open('{');
        foreach ((string key, string value) in values)
            Member(key, value);
        Close('}');
    }

    /// <summary>A member that is a list of strings.</summary>
    public void Members(string name, IReadOnlyList<string> values)
    {
        Name(name);
        Open('[');
        foreach (string value in values)
            Text(value);
        Close(']');
    }

    /// <summary>A string; half a surrogate pair becomes U+FFFD.</summary>
    public void Text(string text)
    {
        Separate();
        Put((byte)'"');
        int start = _length;
        Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
        int end = start + Encoding.UTF8.GetBytes(text, _buffer.AsSpan(start));
        ReadOnlySpan<byte> written = _buffer.AsSpan(start, end - start);
        if (written.IndexOfAnyInRange<byte>(0, 0x1F) < 0 && written.IndexOfAny((byte)'"', (byte)'\\') < 0)
            _length = end;
        else
            Escape(written.ToArray());
        Put((byte)'"');
    }

    /// <summary>A number.</summary>
    public void Number(ulong number)
    {
        Separate();
        Reserve(MostOfNumber);
        Utf8Formatter.TryFormat(number, _buffer.AsSpan(_length), out int written);
        _length += written;
    }

    /// <summary><c>true</c>.</summary>
    public void True()
    {
        Separate();
        foreach (byte letter in "true"u8)
            Put(letter);
    }

    /// <summary>A date and time with its offset from UTC, ISO 8601.</summary>
    public void Time(DateTimeOffset time)
    {
        Separate();
        Reserve(MostOfTime + 2);
        _buffer[_length++] = (byte)'"';
        Utf8Formatter.TryFormat(time, _buffer.AsSpan(_length), out int written, 'O');
        _length += written;
        _buffer[_length++] = (byte)'"';
    }

    private void Escape(ReadOnlySpan<byte> text)
    {
        foreach (byte letter in text)
        {
            if (letter is (byte)'"' or (byte)'\\')
            {
                Put((byte)'\\');
                Put(letter);
            }
            else if (letter < 0x20)
            {
                Reserve(6);
                @"\u00"u8.CopyTo(_buffer.AsSpan(_length));
                Utf8Formatter.TryFormat(letter, _buffer.AsSpan(_length + 4), out _, new System.Buffers.StandardFormat('x', 2));
                _length += 6;
            }
            else
                Put(letter);
        }
    }

    private void Separate()
    {
        if (_needsComma)
            Put((byte)',');
        _needsComma = true;
    }

    private void Put(byte letter)
    {
        Reserve(1);
        _buffer[_length++] = letter;
    }

    private void Reserve(int count)
    {
        if (_buffer.Length - _length < count)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + count));
    }
}
