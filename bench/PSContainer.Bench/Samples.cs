namespace PSContainer.Bench;

/// <summary>What one contestant did in one case.</summary>
internal sealed class Samples(Contestant contestant)
{
    private readonly List<double> times = [];

    /// <summary>Who.</summary>
    public Contestant Contestant { get; } = contestant;

    /// <summary>Starts that did not end with 0, of all that were tried.</summary>
    public int Failures { get; private set; }

    /// <summary>What the last failure said.</summary>
    public string? Failure { get; private set; }

    /// <summary>Whether its times can be compared: none of its starts failed.</summary>
    public bool IsValid => Failures == 0 && times.Count > 0;

    /// <summary>The shortest, in milliseconds.</summary>
    public double Minimum => Quantile(0);

    /// <summary>A tenth were at most this long, in milliseconds.</summary>
    public double P10 => Quantile(0.1);

    /// <summary>Half were at most this long, in milliseconds.</summary>
    public double Median => Quantile(0.5);

    /// <summary>Adds a start that went well.</summary>
    public void Add(double milliseconds) => times.Add(milliseconds);

    /// <summary>Adds a start that failed.</summary>
    public void AddFailure(string reason)
    {
        Failures++;
        Failure = reason;
    }

    private double Quantile(double part)
    {
        double[] sorted = [.. times.Order()];
        double place = part * (sorted.Length - 1);
        int below = (int)place;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((sorted[above] - sorted[below]) * (place - below));
    }
}
