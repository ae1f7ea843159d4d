namespace PSContainer.Freestanding;

/// <summary>Strings of JSON (RFC 8259) for code without a .NET runtime.</summary>
internal static unsafe class JsonText
{
    /// <summary>
    /// Adds a string with its quotation marks. Bytes above 127 go through: whoever reads decides what they are.
    /// </summary>
    public static void AppendString(TextBuffer* target, byte* text, nint length)
    {
        target->Append("\""u8);
        for (nint i = 0; i < length; i++)
            AppendCharacter(target, text[i]);
        target->Append("\""u8);
    }

    /// <inheritdoc cref="AppendString(TextBuffer*, byte*, nint)"/>
    public static void AppendString(TextBuffer* target, ReadOnlySpan<byte> literal)
    {
        fixed (byte* text = literal)
            AppendString(target, text, literal.Length);
    }

    private static void AppendCharacter(TextBuffer* target, byte character)
    {
        if (character is (byte)'"' or (byte)'\\')
            target->Append("\\"u8);
        if (character >= 0x20)
        {
            target->Append(&character, 1);
            return;
        }
        target->Append("\\u00"u8);
        byte high = (byte)(character < 16 ? '0' : '1');
        int low = character & 15;
        byte lowDigit = (byte)(low < 10 ? '0' + low : 'a' + low - 10);
        target->Append(&high, 1);
        target->Append(&lowDigit, 1);
    }
}
