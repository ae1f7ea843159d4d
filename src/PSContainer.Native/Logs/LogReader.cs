using PSContainer.Programs;

namespace PSContainer.Logs;

/// <summary>Reads what a container wrote, past and to come.</summary>
public static class LogReader
{
    /// <summary>Reads a log.</summary>
    /// <returns>The lines in the order of their ends, as they come. A log that is not there has none.</returns>
    /// <exception cref="ContainerException">The log cannot be opened.</exception>
    /// <exception cref="OperationCanceledException">The caller no longer waits.</exception>
    public static IEnumerable<ContainerLogEntry> Read(LogQuery query, CancellationToken cancellation = default)
    {
        LogJoiner joiner = new(query.Container);
        using LogFiles files = LogFiles.Open(query.LogPath);
        if (query.Tail is { } count)
        {
            LogTail.SeekToLast(files, count, query);
            Queue<ContainerLogEntry> last = new();
            IEnumerable<ContainerLogEntry> present = ReadPresent(files, joiner, query, cancellation);
            // A line without an end is one of the last, unless its end may still come.
            foreach (ContainerLogEntry entry in query.Follow ? present : present.Concat(Rest(joiner, query)))
            {
                last.Enqueue(entry);
                if (last.Count > count)
                    last.Dequeue();
            }
            foreach (ContainerLogEntry entry in last)
                yield return entry;
        }
        else
        {
            foreach (ContainerLogEntry entry in ReadPresent(files, joiner, query, cancellation))
                yield return entry;
        }
        if (query.Follow)
        {
            foreach (ContainerLogEntry entry in Follow(files, joiner, query, cancellation))
                yield return entry;
        }
        foreach (ContainerLogEntry entry in Rest(joiner, query))
            yield return entry;
    }

    private static IEnumerable<ContainerLogEntry> Rest(LogJoiner joiner, LogQuery query) => joiner.Rest().Where(query.Matches);

    private static IEnumerable<ContainerLogEntry> ReadPresent(
        LogFiles files, LogJoiner joiner, LogQuery query, CancellationToken cancellation)
    {
        while (files.Next(joiner) is { } entry)
        {
            cancellation.ThrowIfCancellationRequested();
            if (query.Matches(entry))
                yield return entry;
        }
    }

    private static IEnumerable<ContainerLogEntry> Follow(
        LogFiles files, LogJoiner joiner, LogQuery query, CancellationToken cancellation)
    {
        using LogWatch watch = new();
        while (query.Until is null || DateTime.UtcNow <= query.Until)
        {
            // Asked before the log is read: what comes between the two is then read, and nothing after it.
            bool isAlive = MonitorState.IsAlive(query.StateDirectory);
            watch.Watch(query.LogPath, files);
            foreach (ContainerLogEntry entry in ReadPresent(files, joiner, query, cancellation))
                yield return entry;
            if (files.Advance(query.LogPath))
                continue;
            if (!isAlive)
                yield break;
            watch.Wait();
            cancellation.ThrowIfCancellationRequested();
        }
    }
}
