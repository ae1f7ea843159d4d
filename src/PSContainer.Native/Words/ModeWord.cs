using System.Globalization;

namespace PSContainer.Words;

/// <summary>Permission bits in octal: <c>0755</c>, <c>755</c>, <c>4755</c>.</summary>
public static class ModeWord
{
    /// <summary>Reads permission bits.</summary>
    /// <returns>0 to 4095 (octal 7777).</returns>
    /// <exception cref="InvalidSpecException">It is not octal, or too large.</exception>
    public static int Parse(string text)
    {
        string digits = text.Trim();
        if (digits.StartsWith("0o", StringComparison.OrdinalIgnoreCase))
            digits = digits[2..];
        if (digits.Length is 0 or > 5 || digits.AsSpan().ContainsAnyExceptInRange('0', '7'))
            throw Failure(text);
        int mode = Convert.ToInt32(digits, 8);
        return mode <= 0xFFF ? mode : throw Failure(text);
    }

    /// <summary>Four octal digits.</summary>
    public static string Format(int mode) => Convert.ToString(mode, 8).PadLeft(4, '0');

    private static InvalidSpecException Failure(string text) =>
        new(string.Create(CultureInfo.InvariantCulture, $"'{text}' is not a file mode."),
            "Write three or four octal digits, as 0755.")
        { Target = text };
}
