using System.Diagnostics;

namespace PSContainer.Trees;

/// <summary>Tells who copies how far it has come, a few times a second.</summary>
/// <param name="tell">Gets entries and bytes; <see langword="null"/>: nobody wants to know.</param>
internal sealed class CopyReport(Action<long, long>? tell)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200);
    private long _told = Stopwatch.GetTimestamp();

    /// <summary>Tells it when enough time has gone by.</summary>
    internal void Tell(long entries, long bytes)
    {
        if (tell is null || Stopwatch.GetElapsedTime(_told) < s_interval)
            return;
        _told = Stopwatch.GetTimestamp();
        tell(entries, bytes);
    }
}
