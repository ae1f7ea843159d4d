using System.Globalization;

namespace PSContainer.Words;

/// <summary>
/// Sizes as people write them: <c>512MB</c>, <c>512m</c>, <c>0.5GiB</c>, <c>1073741824</c>. All units are powers of 1024.
/// </summary>
public static class ByteSizeWord
{
    private const string Units = "KMGTPE";

    /// <summary>Whether the text is the word for no limit: <c>max</c> or <c>unlimited</c>.</summary>
    public static bool IsMax(string text) =>
        text.Equals("max", StringComparison.OrdinalIgnoreCase) || text.Equals("unlimited", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a size in bytes.</summary>
    /// <exception cref="InvalidSpecException">It is no size, is negative, or has no whole number of bytes.</exception>
    public static long Parse(string text)
    {
        string word = text.Trim();
        int digits = word.AsSpan().IndexOfAnyExcept("0123456789.");
        string number = digits < 0 ? word : word[..digits], unit = digits < 0 ? "" : word[digits..].TrimStart();
        if (word.StartsWith('-'))
            throw Failure(text, $"A size cannot be negative: '{text}'.");
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value))
            throw Failure(text, $"'{text}' is not a size.");
        if (PowerOf(unit) is not { } power)
            throw Failure(text, $"'{text}' is not a size: there is no unit '{unit}'.");
        try
        {
            for (int i = 0; i < power; i++)
                value *= 1024;
            return decimal.ToInt64(decimal.Truncate(value));
        }
        catch (OverflowException)
        {
            throw Failure(text, $"'{text}' is more bytes than there can be.");
        }
    }

    /// <summary>A size for people: <c>512 MiB</c>.</summary>
    public static string Format(long bytes)
    {
        int power = 0;
        double value = bytes;
        while (Math.Abs(value) >= 1024 && power < Units.Length)
        {
            value /= 1024;
            power++;
        }
        return power == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes} B")
            : string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {Units[power - 1]}iB");
    }

    private static int? PowerOf(string unit)
    {
        string upper = unit.ToUpperInvariant();
        if (upper is "" or "B")
            return 0;
        int power = Units.IndexOf(upper[0], StringComparison.Ordinal) + 1;
        return power > 0 && upper[1..] is "" or "B" or "IB" ? power : null;
    }

    private static InvalidSpecException Failure(string text, string message) =>
        new(message, "Write bytes or a number with K, M, G or T, as 512MB, 1.5g or 64MiB (always powers of 1024), or max.")
        { Target = text };
}
