namespace PSContainer.Monitor;

/// <summary>Which part of a log is wanted.</summary>
public sealed record LogQuery
{
    /// <summary>Path of the log.</summary>
    public required string LogPath { get; init; }

    /// <summary>The state directory whose monitor writes the log: while it lives, more can come.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>Name of the container, for the entries.</summary>
    public string Container { get; init; } = "";

    /// <summary>Only the last so many lines of those that match; <see langword="null"/>: all.</summary>
    public int? Tail { get; init; }

    /// <summary>Only lines of this time and later.</summary>
    public DateTime? Since { get; init; }

    /// <summary>Only lines of this time and earlier.</summary>
    public DateTime? Until { get; init; }

    /// <summary>Only lines of this stream.</summary>
    public ContainerLogStream? Stream { get; init; }

    /// <summary>Whether to wait for more until the monitor has ended.</summary>
    public bool Follow { get; init; }

    internal bool Matches(ContainerLogEntry entry) =>
        (Stream is null || entry.Stream == Stream)
        && (Since is null || entry.Timestamp >= Since.Value.ToLocalTime())
        && !IsAfter(entry);

    internal bool IsAfter(ContainerLogEntry entry) => Until is { } until && entry.Timestamp > until.ToLocalTime();
}
