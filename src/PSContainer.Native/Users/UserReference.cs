using PSContainer.Rooted;

namespace PSContainer.Users;

/// <summary>What <c>-User</c> was given: <c>user</c>, <c>user:group</c> or <c>:group</c>, each a number or a name.</summary>
/// <remarks>
/// Numbers are strict, because a wrong guess is root: digits only, no leading zero, no sign, at most 2147483647 (beyond it
/// others have wrapped to 0, and 4294967295 is the kernel's "no id"). Digits alone are never a name.
/// </remarks>
internal readonly record struct UserReference(string? User, uint? Uid, string? Group, uint? Gid)
{
    private const uint MaxId = int.MaxValue;
    private const int MaxNameLength = 256;

    /// <summary>Parses the text.</summary>
    /// <exception cref="InvalidSpecException">It is no user.</exception>
    internal static UserReference Parse(string text)
    {
        int colon = text.IndexOf(':');
        string user = colon < 0 ? text : text[..colon];
        string? group = colon < 0 ? null : text[(colon + 1)..];
        if (user.Length == 0 && group is null)
            throw Invalid(text, "it is empty");
        if (group is { Length: 0 })
            throw Invalid(text, "the group behind the colon is missing");
        uint? uid = user.Length == 0 ? null : ParseId(text, user);
        uint? gid = group is null ? null : ParseId(text, group);
        return new UserReference(
            uid is null && user.Length > 0 ? user : null, user.Length == 0 ? 0 : uid, gid is null ? group : null, gid);
    }

    /// <summary>A number, or <see langword="null"/> for a name.</summary>
    private static uint? ParseId(string text, string word)
    {
        if (TryParseId(word, out uint id))
            return id;
        if (word.All(char.IsAsciiDigit))
            throw Invalid(text, $"'{word}' is not an id from 0 to {MaxId} without leading zeros");
        if (word.Length > MaxNameLength || !IsName(word))
            throw Invalid(text, $"'{PathBytes.Describe(System.Text.Encoding.UTF8.GetBytes(word))}' is neither an id nor a name");
        return null;
    }

    /// <summary>Parses a strict decimal id.</summary>
    internal static bool TryParseId(ReadOnlySpan<char> word, out uint id)
    {
        id = 0;
        if (word.Length is 0 or > 10 || (word[0] == '0' && word.Length > 1))
            return false;
        ulong value = 0;
        foreach (char c in word)
        {
            if (!char.IsAsciiDigit(c))
                return false;
            value = value * 10 + (ulong)(c - '0');
        }
        id = (uint)value;
        return value <= MaxId;
    }

    /// <summary>The names that useradd(8) and its kin make, and no shape that could be meant as a number or an option.</summary>
    private static bool IsName(string word)
    {
        if (!(char.IsAsciiLetterOrDigit(word[0]) || word[0] is '_' or '.'))
            return false;
        string body = word.EndsWith('$') ? word[..^1] : word;
        return body.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' or '@' or '\\');
    }

    private static InvalidSpecException Invalid(string text, string why) =>
        new($"The user '{PathBytes.Describe(System.Text.Encoding.UTF8.GetBytes(text))}' is not understood: {why}.",
            "Give a name, an id, or one of each as user:group, like 1000:1000 or www-data.");
}
