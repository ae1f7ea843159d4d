using System.Runtime.CompilerServices;

namespace PSContainer.Freestanding;

/// <summary>A C string that grows in memory of its owner; what no longer fits is left out and remembered.</summary>
[SkipLocalsInit]
internal unsafe struct TextBuffer(byte* start, int capacity)
{
    /// <summary>The first byte.</summary>
    public readonly byte* Start = start;

    private readonly int _capacity = capacity;

    /// <summary>How many bytes the text has without its zero byte.</summary>
    public int Length;

    /// <summary>Whether something did not fit: the text must not be used as a path or command.</summary>
    public bool Overflowed;

    /// <summary>Adds bytes.</summary>
    public void Append(byte* text, nint count)
    {
        if (Overflowed || count >= _capacity - Length)
        {
            Overflowed = true;
            return;
        }
        Bytes.Copy(Start + Length, text, count);
        Length += (int)count;
        Start[Length] = 0;
    }

    /// <summary>Adds a literal.</summary>
    public void Append(ReadOnlySpan<byte> literal)
    {
        fixed (byte* text = literal)
            Append(text, literal.Length);
    }

    /// <summary>Adds a C string.</summary>
    public void Append(byte* text) => Append(text, Bytes.Length(text));

    /// <summary>Adds a number in decimal.</summary>
    public void Append(long value)
    {
        byte* digits = stackalloc byte[24];
        int sign = 0;
        if (value < 0)
            digits[sign++] = (byte)'-';
        ulong magnitude = value < 0 ? 0 - (ulong)value : (ulong)value;
        Append(digits, sign + Bytes.FormatDecimal(digits + sign, magnitude));
    }

    /// <summary>Takes everything after a length away again.</summary>
    public void Truncate(int length)
    {
        Length = length;
        Start[length] = 0;
    }
}
