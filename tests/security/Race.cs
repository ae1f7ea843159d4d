using System.Diagnostics;

namespace PSContainer.Security.Tests;

/// <summary>An attack that must hit a moment: tried again and again for a few seconds.</summary>
internal static class Race
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(4);

    /// <summary>Repeats an attempt for as long as a race lasts.</summary>
    /// <returns>How often it was made.</returns>
    public static int Run(Action attempt)
    {
        var clock = Stopwatch.StartNew();
        int count = 0;
        for (; clock.Elapsed < Length; count++)
            attempt();
        return count;
    }
}
