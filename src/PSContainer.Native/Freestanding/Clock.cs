using PSContainer.Kernel;

namespace PSContainer.Freestanding;

/// <summary>A moment as the kernel gives it, clock_gettime(2).</summary>
internal struct KernelTime
{
    /// <summary>Seconds.</summary>
    public long Seconds;

    /// <summary>Nanoseconds, below 1000000000.</summary>
    public long Nanoseconds;
}

/// <summary>Time for code without a .NET runtime.</summary>
internal static unsafe class Clock
{
    /// <summary>How long a timestamp is: <c>2026-01-02T03:04:05.678901234Z</c>.</summary>
    public const int TimestampLength = 30;

    /// <summary>Wall clock time since 1970.</summary>
    public const int Realtime = 0;

    /// <summary>Time that never steps back.</summary>
    public const int Monotonic = 1;

    /// <summary>Reads a clock.</summary>
    public static KernelTime Now(int clock)
    {
        KernelTime now = default;
        Raw.Call(SyscallNumber.clock_gettime, clock, (nint)(&now));
        return now;
    }

    /// <summary>Writes the time of day in UTC as RFC 3339 with nanoseconds, <see cref="TimestampLength"/> bytes.</summary>
    public static void WriteTimestamp(byte* target)
    {
        KernelTime now = Now(Realtime);
        WriteTimestamp(target, now);
    }

    /// <summary>Writes a moment in UTC as RFC 3339 with nanoseconds, <see cref="TimestampLength"/> bytes.</summary>
    public static void WriteTimestamp(byte* target, KernelTime moment)
    {
        long days = moment.Seconds / 86400;
        long second = moment.Seconds % 86400;
        ToDate(days, out long year, out long month, out long day);
        target += Part(target, year, 4, (byte)'-');
        target += Part(target, month, 2, (byte)'-');
        target += Part(target, day, 2, (byte)'T');
        target += Part(target, second / 3600, 2, (byte)':');
        target += Part(target, second / 60 % 60, 2, (byte)':');
        target += Part(target, second % 60, 2, (byte)'.');
        Part(target, moment.Nanoseconds, 9, (byte)'Z');
    }

    private static int Part(byte* target, long value, int width, byte separator)
    {
        int length = Bytes.FormatDecimal(target, (ulong)value, width);
        target[length] = separator;
        return length + 1;
    }

    // Years are counted from March, so that the leap day is the last of its year and months follow one formula.
    private static void ToDate(long days, out long year, out long month, out long day)
    {
        long fromEpoch = days + 719468;
        long era = fromEpoch / 146097;
        long dayOfEra = fromEpoch % 146097;
        long yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
        long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        long shifted = (5 * dayOfYear + 2) / 153;
        day = dayOfYear - (153 * shifted + 2) / 5 + 1;
        month = shifted < 10 ? shifted + 3 : shifted - 9;
        year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
    }
}
