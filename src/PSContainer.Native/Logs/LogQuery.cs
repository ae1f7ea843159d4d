namespace PSContainer.Logs;

/// <summary>Which part of a log is wanted.</summary>
public sealed record LogQuery
{
    private readonly DateTime? since, until;

    /// <summary>Path of the log.</summary>
    public required string LogPath { get; init; }

    /// <summary>The state directory whose monitor writes the log: while it lives, more can come.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>Name of the container, for the entries.</summary>
    public string Container { get; init; } = "";

    /// <summary>Only the last so many lines of those that match; <see langword="null"/>: all.</summary>
    public int? Tail { get; init; }

    /// <summary>Only lines that ended at this time or later. UTC; one of no kind is local time.</summary>
    public DateTime? Since
    {
        get => since;
        init => since = value?.ToUniversalTime();
    }

    /// <summary>Only lines that began at this time or earlier. UTC; one of no kind is local time.</summary>
    public DateTime? Until
    {
        get => until;
        init => until = value?.ToUniversalTime();
    }

    /// <summary>Only lines of this stream.</summary>
    public ContainerLogStream? Stream { get; init; }

    /// <summary>Whether to wait for more until the monitor has ended.</summary>
    public bool Follow { get; init; }

    internal bool Matches(ContainerLogEntry entry) =>
        (Stream is null || entry.Stream == Stream)
        && (Since is null || entry.End >= Since)
        && (Until is null || entry.Begin <= Until);
}
