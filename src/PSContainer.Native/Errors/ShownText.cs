using System.Globalization;
using System.Text;

namespace PSContainer;

/// <summary>Text of somebody else's choice as it may be shown: it moves no cursor, rings no bell and looks like no other line.</summary>
public static class ShownText
{
    /// <summary>
    /// The text with control characters, halves of surrogate pairs and what turns the direction of writing around as <c>\x1b</c> or
    /// <c>\u202e</c>. A line feed stays where the next line is indented, since that cannot be taken for a line of its own.
    /// </summary>
    public static string Of(string text)
    {
        for (int at = 0; at < text.Length; at++)
        {
            if (!IsShown(text, at))
                return Escape(text);
        }
        return text;
    }

    /// <summary>As <see cref="Of"/>, as a single line: no line feed stays.</summary>
    public static string Line(string text) => Of(text.Contains('\n', StringComparison.Ordinal) ? text.Replace("\n", "\\n", StringComparison.Ordinal) : text);

    /// <summary>Lines that another program wrote, to stand in a message: each but the first indented, so that it stays a line.</summary>
    public static string Quote(string text) => text.Trim().Replace("\n", "\n  ", StringComparison.Ordinal);

    private static string Escape(string text)
    {
        var shown = new StringBuilder(text.Length + 8);
        for (int at = 0; at < text.Length; at++)
        {
            char letter = text[at];
            if (IsShown(text, at))
                shown.Append(letter);
            else if (letter == '\n')
                shown.Append("\\n");
            else if (letter <= 0xff)
                shown.Append(CultureInfo.InvariantCulture, $"\\x{(int)letter:x2}");
            else
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
        }
        return shown.ToString();
    }

    private static bool IsShown(string text, int at)
    {
        char letter = text[at];
        if (letter == '\n')
            return at + 1 < text.Length && text[at + 1] == ' ';
        if (char.IsHighSurrogate(letter))
            return at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]);
        if (char.IsLowSurrogate(letter))
            return at > 0 && char.IsHighSurrogate(text[at - 1]);
        return !char.IsControl(letter) && letter is not ((>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\u2028' or '\u2029');
    }
}
