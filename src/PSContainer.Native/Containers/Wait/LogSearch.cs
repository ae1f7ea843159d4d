using System.Text.RegularExpressions;
using PSContainer.Logs;

namespace PSContainer.Containers.Wait;

/// <summary>Follows a container's log in the background until a line matches.</summary>
internal sealed class LogSearch : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Task<bool> search;

    /// <summary>Begins to read, from the log's beginning.</summary>
    internal LogSearch(Container container, Regex pattern) =>
        search = Task.Run(() => Find(QueryOf(container) with { Follow = true }, pattern, stop.Token));

    /// <summary>Whether a line has matched.</summary>
    internal bool HasMatched => search.IsCompleted && search.GetAwaiter().GetResult();

    /// <summary>Whether a line of a container that has ended matches.</summary>
    internal static bool FindNow(Container container, Regex pattern) => Find(QueryOf(container), pattern, CancellationToken.None);

    /// <summary>The last lines of a log, oldest first.</summary>
    internal static IReadOnlyList<string> Tail(Container container, int lines) =>
        [.. LogReader.Read(QueryOf(container) with { Tail = lines }).Select(entry => entry.Message)];

    /// <inheritdoc/>
    public void Dispose()
    {
        stop.Cancel();
        // The reader wakes at once; nothing of it may go on behind the caller's back.
        ((IAsyncResult)search).AsyncWaitHandle.WaitOne();
        stop.Dispose();
    }

    private static bool Find(LogQuery query, Regex pattern, CancellationToken cancellation)
    {
        try
        {
            return LogReader.Read(query, cancellation).Any(entry => pattern.IsMatch(entry.Message));
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static LogQuery QueryOf(Container container) =>
        new() { LogPath = container.LogPath, StateDirectory = container.StateDirectory, Container = container.Name };
}
