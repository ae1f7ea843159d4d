using System.Globalization;
using PSContainer.Kernel;

namespace PSContainer.Cgroups.Usage;

/// <summary>Pressure stall information of one resource (the kernel's accounting/psi).</summary>
/// <remarks>"Some": at least one task waited for the resource. "Full": all of them did, so nothing got done.</remarks>
public sealed record CgroupPressure
{
    /// <summary>Percent of the last 10 seconds in which some task waited.</summary>
    public double SomeAverage10 { get; init; }

    /// <summary>Percent of the last 60 seconds in which some task waited.</summary>
    public double SomeAverage60 { get; init; }

    /// <summary>Percent of the last 300 seconds in which some task waited.</summary>
    public double SomeAverage300 { get; init; }

    /// <summary>Time in which some task waited, ever.</summary>
    public TimeSpan SomeTotal { get; init; }

    /// <summary>Percent of the last 10 seconds in which all tasks waited.</summary>
    public double FullAverage10 { get; init; }

    /// <summary>Percent of the last 60 seconds in which all tasks waited.</summary>
    public double FullAverage60 { get; init; }

    /// <summary>Percent of the last 300 seconds in which all tasks waited.</summary>
    public double FullAverage300 { get; init; }

    /// <summary>Time in which all tasks waited, ever.</summary>
    public TimeSpan FullTotal { get; init; }

    /// <summary>The average of the last 10 seconds.</summary>
    public override string ToString() => $"{SomeAverage10.ToString("0.##", CultureInfo.InvariantCulture)}%";

    /// <summary>Reads a pressure file; <see langword="null"/> when there is none or it is turned off.</summary>
    internal static CgroupPressure? TryParse(string? text)
    {
        CgroupPressure? pressure = null;
        foreach (string line in text?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            string[] words = line.Split(' ');
            if (words.Length < 5)
                return null;
            double[] averages = [Value(words[1]), Value(words[2]), Value(words[3])];
            var total = Microseconds(words[4]);
            pressure ??= new CgroupPressure();
            pressure = words[0] == "some"
                ? pressure with
                {
                    SomeAverage10 = averages[0], SomeAverage60 = averages[1], SomeAverage300 = averages[2], SomeTotal = total,
                }
                : pressure with
                {
                    FullAverage10 = averages[0], FullAverage60 = averages[1], FullAverage300 = averages[2], FullTotal = total,
                };
        }
        return pressure;
    }

    private static double Value(string word)
    {
        ReadOnlySpan<char> number = word.AsSpan(word.IndexOf('=', StringComparison.Ordinal) + 1);
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) ? value : 0;
    }

    private static TimeSpan Microseconds(string word)
    {
        long count = SmallFile.ParseNumber(word.AsSpan(word.IndexOf('=', StringComparison.Ordinal) + 1)) ?? 0;
        return new TimeSpan(Math.Clamp(count, 0, long.MaxValue / TimeSpan.TicksPerMicrosecond) * TimeSpan.TicksPerMicrosecond);
    }
}
