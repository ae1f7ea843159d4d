namespace PSContainer.Commands;

/// <summary>Ends something that may only be on its way to its start.</summary>
internal static class Ending
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Kills again and again until it is over.</summary>
    /// <param name="kill">Ends it when it runs, does nothing before, and says whether it has ended.</param>
    /// <param name="over">Set when it is over.</param>
    internal static void Insist(Func<bool> kill, CancellationToken over)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        do
        {
            try
            {
                if (kill())
                    return;
            }
            catch (Exception exception) when (exception is ContainerException or IOException)
            {
                // It ended in the same moment, or is not there yet.
            }
        }
        while (!over.WaitHandle.WaitOne(Pause) && clock.Elapsed < Patience);
    }
}
