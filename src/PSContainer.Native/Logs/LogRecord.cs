using System.Buffers.Text;

namespace PSContainer.Logs;

/// <summary>One record of a log: <c>2026-01-02T03:04:05.678901234Z stdout F text</c>.</summary>
internal readonly ref struct LogRecord
{
    private const int SecondsLength = 19, LongestFraction = 9;

    private LogRecord(DateTime time, ContainerLogStream stream, bool isPart, ReadOnlySpan<byte> text)
    {
        Time = time;
        Stream = stream;
        IsPart = isPart;
        Text = text;
    }

    /// <summary>The time, UTC, to 100 ns.</summary>
    public DateTime Time { get; }

    /// <summary>The stream.</summary>
    public ContainerLogStream Stream { get; }

    /// <summary>Whether the line goes on in the next record of the stream.</summary>
    public bool IsPart { get; }

    /// <summary>The text.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>Reads a line without its line feed.</summary>
    /// <returns>False when it is no record: it was torn when its writer was killed, or something else wrote it.</returns>
    public static bool TryParse(ReadOnlySpan<byte> line, out LogRecord record)
    {
        record = default;
        int blank = line.IndexOf((byte)' ');
        if (blank < 0 || !TryParseTime(line[..blank], out DateTime time))
            return false;
        ReadOnlySpan<byte> rest = line[(blank + 1)..];
        ContainerLogStream stream = rest.StartsWith("stderr "u8) ? ContainerLogStream.Stderr : ContainerLogStream.Stdout;
        if (rest.Length < 9 || rest[8] != (byte)' ' || (stream == ContainerLogStream.Stdout && !rest.StartsWith("stdout "u8)))
            return false;
        if (rest[7] is not ((byte)'F' or (byte)'P'))
            return false;
        record = new LogRecord(time, stream, rest[7] == (byte)'P', rest[9..]);
        return true;
    }

    private static bool TryParseTime(ReadOnlySpan<byte> text, out DateTime time)
    {
        time = default;
        if (text.Length < SecondsLength + 1 || text[^1] != (byte)'Z'
            || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':')
            return false;
        if (!Number(text[..4], out int year) || !Number(text[5..7], out int month) || !Number(text[8..10], out int day)
            || !Number(text[11..13], out int hour) || !Number(text[14..16], out int minute)
            || !Number(text[17..19], out int second))
            return false;
        if (year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 59 || !TryParseFraction(text[SecondsLength..^1], out int ticks))
            return false;
        time = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).AddTicks(ticks);
        return true;
    }

    private static bool TryParseFraction(ReadOnlySpan<byte> text, out int ticks)
    {
        ticks = 0;
        if (text.IsEmpty)
            return true;
        if (text[0] != (byte)'.' || text.Length is < 2 or > LongestFraction + 1 || !Number(text[1..], out int value))
            return false;
        long nanoseconds = value;
        for (int digits = text.Length - 1; digits < LongestFraction; digits++)
            nanoseconds *= 10;
        ticks = (int)(nanoseconds / 100);
        return true;
    }

    private static bool Number(ReadOnlySpan<byte> digits, out int value) =>
        Utf8Parser.TryParse(digits, out value, out int consumed) && consumed == digits.Length && value >= 0 && digits[0] != '+';
}
