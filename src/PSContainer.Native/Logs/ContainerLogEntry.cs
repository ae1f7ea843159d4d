namespace PSContainer.Logs;

/// <summary>The two streams of a container's output.</summary>
public enum ContainerLogStream
{
    /// <summary>Standard output, and a terminal's.</summary>
    Stdout,

    /// <summary>Standard error.</summary>
    Stderr,
}

/// <summary>One line that a container wrote.</summary>
public sealed record ContainerLogEntry
{
    /// <summary>When the line began to arrive, by the clock of the host; local time.</summary>
    public DateTime Timestamp { get; init; }

    /// <summary>The same, UTC: local times are no order where clocks are put back.</summary>
    internal DateTime Begin { get; init; }

    /// <summary>When its last piece arrived, UTC.</summary>
    internal DateTime End { get; init; }

    /// <summary>Where it was written to.</summary>
    public ContainerLogStream Stream { get; init; }

    /// <summary>The line without its line feed; bytes that are not UTF-8 are U+FFFD.</summary>
    public string Message { get; init; } = "";

    /// <summary>Whether this is a piece of a line too long to be kept whole, or whose end was never seen.</summary>
    public bool IsPartial { get; init; }

    /// <summary>Name of the container.</summary>
    public string Container { get; init; } = "";

    /// <summary>The line.</summary>
    public override string ToString() => Message;
}
