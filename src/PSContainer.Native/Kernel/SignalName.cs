using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace PSContainer.Kernel;

/// <summary>Reads and writes names of signals: <c>SIGTERM</c>, <c>term</c>, <c>15</c>, <c>RTMIN+3</c>.</summary>
public static class SignalName
{
    private const int RealtimeFirst = 34, Last = 64;

    /// <summary>
    /// Reads a name with or without <c>SIG</c> in any case, a number from 1 to 64, or <c>RTMIN+n</c>, <c>RTMAX-n</c>.
    /// </summary>
    /// <returns>Whether the text names a signal.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out Signal signal)
    {
        signal = default;
        if (string.IsNullOrEmpty(text))
            return false;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            return Accept(number, out signal);
        string name = text.StartsWith("SIG", StringComparison.OrdinalIgnoreCase) ? text[3..] : text;
        if (name.StartsWith("RTMIN", StringComparison.OrdinalIgnoreCase))
            return TryOffset(name[5..], '+', out int up) && Accept(RealtimeFirst + up, out signal);
        if (name.StartsWith("RTMAX", StringComparison.OrdinalIgnoreCase))
            return TryOffset(name[5..], '-', out int down) && down <= Last - RealtimeFirst && Accept(Last - down, out signal);
        return !name.Contains(',', StringComparison.Ordinal) && name.Length > 0 && char.IsAsciiLetter(name[0])
            && Enum.TryParse(name, ignoreCase: true, out signal);
    }

    /// <summary>Reads a name as <see cref="TryParse"/> does.</summary>
    /// <exception cref="InvalidSpecException">The text names no signal.</exception>
    public static Signal Parse(string? text) =>
        TryParse(text, out Signal signal)
            ? signal
            : throw new InvalidSpecException(
                $"'{text}' is not a signal.", "Use a name of signal(7) such as TERM, HUP or RTMIN+3, or a number.")
            { Target = text };

    /// <summary>The kernel's name (<c>SIGTERM</c>), or <c>SIGRTMIN+n</c>.</summary>
    public static string Format(Signal signal) =>
        (int)signal >= RealtimeFirst
            ? string.Create(CultureInfo.InvariantCulture, $"SIGRTMIN+{(int)signal - RealtimeFirst}")
            : "SIG" + signal.ToString().ToUpperInvariant();

    private static bool TryOffset(string text, char sign, out int offset)
    {
        offset = 0;
        return text.Length == 0
            || (text[0] == sign && int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out offset)
                && offset <= Last);
    }

    private static bool Accept(int number, out Signal signal)
    {
        signal = (Signal)number;
        return number is >= 1 and <= Last and not (32 or 33);
    }
}
