using System.Diagnostics;

namespace PSContainer.Security.Tests;

/// <summary>An attack that must hit a moment: tried again and again for a few seconds.</summary>
internal static class Race
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(4), Longest = TimeSpan.FromMinutes(1);

    /// <summary>Repeats an attempt for as long as a race lasts.</summary>
    /// <param name="attempt">What is tried.</param>
    /// <param name="wasRun">
    /// Whether enough came of so many attempts; on a slow machine it goes on until that is so, at most a minute.
    /// </param>
    /// <returns>How often it was made.</returns>
    public static int Run(Action attempt, Func<int, bool>? wasRun = null)
    {
        var clock = Stopwatch.StartNew();
        int count = 0;
        for (; clock.Elapsed < Length || (wasRun?.Invoke(count) == false && clock.Elapsed < Longest); count++)
            attempt();
        return count;
    }
}
