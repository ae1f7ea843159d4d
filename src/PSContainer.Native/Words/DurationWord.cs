using System.Globalization;

namespace PSContainer.Words;

/// <summary>
/// Times as people write them: a number is seconds; <c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>1.5h</c>, <c>1d</c>, <c>1h30m</c>.
/// </summary>
public static class DurationWord
{
    /// <summary>Reads a time.</summary>
    /// <exception cref="InvalidSpecException">It is no time, or is negative.</exception>
    public static TimeSpan Parse(string text)
    {
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        if (rest.Contains(':') && TimeSpan.TryParse(rest, CultureInfo.InvariantCulture, out TimeSpan clock)
            && clock >= TimeSpan.Zero)
            return clock;
        if (rest.IsEmpty)
            throw Failure(text);
        TimeSpan sum = TimeSpan.Zero;
        bool first = true;
        while (!rest.IsEmpty)
        {
            int digits = rest.IndexOfAnyExcept("0123456789.");
            ReadOnlySpan<char> number = digits < 0 ? rest : rest[..digits];
            rest = rest[number.Length..];
            int letters = rest.IndexOfAny("0123456789.");
            ReadOnlySpan<char> unit = (letters < 0 ? rest : rest[..letters]).Trim();
            rest = letters < 0 ? default : rest[letters..];
            bool alone = first && rest.IsEmpty;
            if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
                || SecondsOf(unit, alone) is not { } seconds)
                throw Failure(text);
            sum = Add(sum, value * seconds, text);
            first = false;
        }
        return sum;
    }

    /// <summary>A time for messages, in seconds: <c>1.5 s</c>.</summary>
    public static string Format(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");

    private static double? SecondsOf(ReadOnlySpan<char> unit, bool alone) => unit switch
    {
        "" => alone ? 1 : null,
        "ms" => 0.001,
        "s" or "sec" => 1,
        "m" or "min" => 60,
        "h" => 3600,
        "d" => 86400,
        _ => null,
    };

    private static TimeSpan Add(TimeSpan sum, double seconds, string text)
    {
        try
        {
            return sum + TimeSpan.FromSeconds(seconds);
        }
        catch (OverflowException)
        {
            throw Failure(text);
        }
    }

    private static InvalidSpecException Failure(string text) =>
        new($"'{text}' is not a time.", "Write seconds, or a number with ms, s, m, h or d, as 30s, 1.5h or 1h30m.")
        { Target = text };
}
