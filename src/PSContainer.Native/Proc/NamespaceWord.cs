using System.Globalization;

namespace PSContainer.Proc;

/// <summary>Words for namespaces: types as people and the kernel write them, and <c>net:[4026531840]</c>.</summary>
public static class NamespaceWord
{
    /// <summary>Every type, in the order of the enumeration.</summary>
    public static IReadOnlyList<NamespaceType> All { get; } = Enum.GetValues<NamespaceType>();

    /// <summary>The specification's word: <c>mount</c>, <c>network</c>.</summary>
    public static string Of(NamespaceType type) => NamespaceTypes.All[(int)type];

    /// <summary>The name of the file in /proc/PID/ns: <c>mnt</c>, <c>net</c>.</summary>
    public static string FileOf(NamespaceType type) => NamespaceTypes.FileName(Of(type));

    /// <summary>The CLONE_NEW… flag.</summary>
    public static int FlagOf(NamespaceType type) => NamespaceTypes.Flag(Of(type));

    /// <summary>Reads a type: <c>Network</c>, <c>net</c>, <c>CLONE_NEWNET</c>, in any case.</summary>
    /// <exception cref="InvalidSpecException">It is none.</exception>
    public static NamespaceType Parse(string word) => TryParse(word) ?? throw new InvalidSpecException(
        $"'{word}' is not a type of namespace.", $"One of: {string.Join(", ", All)}.") { Target = word };

    /// <summary>As <see cref="Parse"/>.</summary>
    /// <returns>The type, or <see langword="null"/> when it is none.</returns>
    public static NamespaceType? TryParse(string word)
    {
        foreach (NamespaceType type in All)
        {
            if (word.Equals(Of(type), StringComparison.OrdinalIgnoreCase)
                || word.Equals(FileOf(type), StringComparison.OrdinalIgnoreCase)
                || word.Equals(NamespaceTypes.FlagName(Of(type)), StringComparison.OrdinalIgnoreCase))
                return type;
        }
        return null;
    }

    /// <summary>Reads the text of a link in /proc/PID/ns, as <c>net:[4026531840]</c>.</summary>
    /// <returns>The parts, or <see langword="null"/> when it is not such a text.</returns>
    public static (NamespaceType Type, ulong Inode)? TryParseLink(string text)
    {
        int colon = text.IndexOf(":[", StringComparison.Ordinal);
        if (colon < 0 || !text.EndsWith(']') || TryParse(text[..colon]) is not { } type)
            return null;
        return ulong.TryParse(text.AsSpan(colon + 2).TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out ulong inode)
            ? (type, inode) : null;
    }
}
