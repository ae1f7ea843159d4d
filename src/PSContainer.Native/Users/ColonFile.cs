namespace PSContainer.Users;

/// <summary>Lines of fields with colons between them (passwd(5), group(5)), read in place: no line becomes a string.</summary>
internal ref struct ColonFile(ReadOnlySpan<byte> content)
{
    private const int MaxFields = 8;
    private ReadOnlySpan<byte> rest = content;
    private ReadOnlySpan<byte> line;

    /// <summary>How many fields the line has, at most 8.</summary>
    internal int Fields { get; private set; }

    /// <summary>Goes to the next line.</summary>
    internal bool Next()
    {
        if (rest.IsEmpty)
            return false;
        int end = rest.IndexOf((byte)'\n');
        line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        Fields = Math.Min(MaxFields, line.Count((byte)':') + 1);
        return true;
    }

    /// <summary>A field of the line.</summary>
    internal readonly ReadOnlySpan<byte> Field(int index)
    {
        ReadOnlySpan<byte> fields = line;
        for (int i = 0; i < index; i++)
            fields = fields[(fields.IndexOf((byte)':') + 1)..];
        int end = fields.IndexOf((byte)':');
        return end < 0 ? fields : fields[..end];
    }

    /// <summary>A field as a strict id.</summary>
    internal readonly bool TryId(int index, out uint id)
    {
        ReadOnlySpan<byte> field = Field(index);
        Span<char> text = stackalloc char[10];
        id = 0;
        if (field.Length > text.Length)
            return false;
        for (int i = 0; i < field.Length; i++)
            text[i] = (char)field[i];
        return UserReference.TryParseId(text[..field.Length], out id);
    }

    /// <summary>Whether a list with commas has a name.</summary>
    internal static bool Lists(ReadOnlySpan<byte> list, ReadOnlySpan<byte> name)
    {
        while (!list.IsEmpty)
        {
            int comma = list.IndexOf((byte)',');
            if ((comma < 0 ? list : list[..comma]).SequenceEqual(name))
                return true;
            list = comma < 0 ? default : list[(comma + 1)..];
        }
        return false;
    }
}
