namespace PSContainer.Cgroups.Limits;

/// <summary>Between v1's cpu.shares (2 to 262144, usually 1024) and v2's cpu.weight (1 to 10000, usually 100).</summary>
/// <remarks>
/// A curve through (2, 1), (1024, 100) and (262144, 10000), quadratic in logarithms, as runtimes agreed on: a straight line
/// would turn the usual 1024 into 39. Every weight survives the way there and back.
/// </remarks>
internal static class CpuWeight
{
    private const double Square = 1.0 / 612, Linear = 125.0 / 612, Constant = -7.0 / 34;

    /// <summary>The weight for a number of shares.</summary>
    internal static long FromShares(ulong shares)
    {
        double log = Math.Log2(Math.Clamp(shares, 2UL, 262144UL));
        double weight = Math.Pow(10, (Square * log * log) + (Linear * log) + Constant);
        return Math.Clamp((long)Math.Round(weight), 1, 10000);
    }

    /// <summary>The shares for a weight.</summary>
    internal static ulong ToShares(long weight)
    {
        double height = Constant - Math.Log10(Math.Clamp(weight, 1, 10000));
        double log = (-Linear + Math.Sqrt((Linear * Linear) - (4 * Square * height))) / (2 * Square);
        return (ulong)Math.Clamp(Math.Round(Math.Pow(2, log)), 2, 262144);
    }
}
