using System.Globalization;

namespace PSContainer.Words;

/// <summary>
/// Shares of CPU time as people write them: <c>0.5</c>, <c>50%</c>, <c>'50000 100000'</c> (microseconds of a period),
/// <c>max</c>.
/// </summary>
public static class CpuWord
{
    private const string Advice =
        "Write CPUs as 0.5, a share of one CPU as 50%, or quota and period in microseconds as '50000 100000'.";

    /// <summary>Reads a number of CPUs.</summary>
    /// <returns>CPUs; positive infinity for <c>max</c>.</returns>
    /// <exception cref="InvalidSpecException">It is no share, or none of a CPU.</exception>
    public static double Parse(string text)
    {
        string word = text.Trim();
        if (ByteSizeWord.IsMax(word))
            return double.PositiveInfinity;
        string[] parts = word.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        double cpus = parts switch
        {
            [string share] when share.EndsWith('%') => Number(share[..^1], text) / 100,
            [string share] => Number(share, text),
            ["max", string] => double.PositiveInfinity,
            [string quota, string period] => Number(quota, text) / Number(period, text),
            _ => double.NaN,
        };
        if (!(cpus > 0))
            throw new InvalidSpecException($"'{text}' is not a share of CPU time.", Advice) { Target = text };
        return cpus;
    }

    /// <summary>Refuses more CPUs than the host has.</summary>
    /// <exception cref="InvalidSpecException">There are fewer.</exception>
    public static void Require(double cpus, int hostCpus)
    {
        if (double.IsPositiveInfinity(cpus) || cpus <= hostCpus)
            return;
        string asked = cpus.ToString(CultureInfo.InvariantCulture);
        throw new InvalidSpecException(
            $"This host has {hostCpus} CPUs, not {asked}.",
            $"{hostCpus} ({100 * hostCpus}%) is all there is."
            + (cpus <= 100 ? $" For a share of one CPU write {asked}%." : ""))
        { Target = asked };
    }

    private static double Number(string text, string whole) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            ? value
            : throw new InvalidSpecException($"'{whole}' is not a share of CPU time.", Advice) { Target = whole };
}
