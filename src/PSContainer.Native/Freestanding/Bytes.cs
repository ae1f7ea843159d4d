namespace PSContainer.Freestanding;

/// <summary>Bytes, C strings and decimal numbers for code without a .NET runtime.</summary>
internal static unsafe class Bytes
{
    /// <summary>Copies bytes; the two places do not overlap.</summary>
    public static void Copy(byte* target, byte* source, nint count)
    {
        // Eight at a time: a call of memcpy through the .NET runtime's helpers would need it started.
        for (; count >= 8; count -= 8, target += 8, source += 8)
            *(ulong*)target = *(ulong*)source;
        for (; count > 0; count--)
            *target++ = *source++;
    }

    /// <summary>Makes every byte zero.</summary>
    public static void Clear(byte* target, nint count)
    {
        for (; count > 0; count--)
            *target++ = 0;
    }

    /// <summary>Moves bytes towards the beginning of the buffer they are in.</summary>
    public static void MoveDown(byte* target, byte* source, nint count)
    {
        for (; count > 0; count--)
            *target++ = *source++;
    }

    /// <summary>The length of a C string without its zero byte.</summary>
    public static nint Length(byte* text)
    {
        byte* end = text;
        while (*end != 0)
            end++;
        return (nint)(end - text);
    }

    /// <summary>Whether a C string is exactly this literal.</summary>
    public static bool Same(byte* text, ReadOnlySpan<byte> literal)
    {
        for (int i = 0; i < literal.Length; i++)
        {
            if (text[i] != literal[i])
                return false;
        }
        return text[literal.Length] == 0;
    }

    /// <summary>Whether a C string begins with this literal.</summary>
    public static bool StartsWith(byte* text, ReadOnlySpan<byte> literal)
    {
        for (int i = 0; i < literal.Length; i++)
        {
            if (text[i] != literal[i])
                return false;
        }
        return true;
    }

    /// <summary>The first place of a byte, or -1.</summary>
    public static nint IndexOf(byte* text, nint count, byte wanted)
    {
        for (nint i = 0; i < count; i++)
        {
            if (text[i] == wanted)
                return i;
        }
        return -1;
    }

    /// <summary>Reads a decimal number that does not begin with a sign.</summary>
    /// <param name="text">At least one digit, followed by a byte that is none.</param>
    /// <param name="length">How many bytes were digits.</param>
    /// <returns>The number, or -1 when there is no digit or it is above <see cref="long.MaxValue"/>.</returns>
    public static long ParseDecimal(byte* text, out int length)
    {
        long value = 0;
        length = 0;
        while (text[length] is >= (byte)'0' and <= (byte)'9')
        {
            int digit = text[length] - '0';
            if (value > (long.MaxValue - digit) / 10)
                return -1;
            value = value * 10 + digit;
            length++;
        }
        return length == 0 ? -1 : value;
    }

    /// <summary>Reads a whole C string as a decimal number.</summary>
    /// <returns>The number, or -1 when the text is anything else.</returns>
    public static long ParseDecimal(byte* text)
    {
        long value = ParseDecimal(text, out int length);
        return text[length] == 0 ? value : -1;
    }

    /// <summary>Writes a number in decimal.</summary>
    /// <param name="target">Room for up to 20 bytes.</param>
    /// <param name="value">The number.</param>
    /// <param name="width">At least this many digits, with zeros before.</param>
    /// <returns>How many bytes were written.</returns>
    public static int FormatDecimal(byte* target, ulong value, int width = 1)
    {
        int digits = 1;
        for (ulong rest = value / 10; rest != 0; rest /= 10)
            digits++;
        if (digits < width)
            digits = width;
        for (int i = digits - 1; i >= 0; i--, value /= 10)
            target[i] = (byte)('0' + value % 10);
        return digits;
    }
}
