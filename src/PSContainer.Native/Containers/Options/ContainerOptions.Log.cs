namespace PSContainer.Containers.Options;

public sealed partial record ContainerOptions
{
    /// <summary>Where output goes, a file of log lines; <see langword="null"/>: <c>log</c> in the state directory.</summary>
    public string? LogPath { get; init; }

    /// <summary>Bytes after which the log is cut; <see langword="null"/>: no limit.</summary>
    public long? LogMaxSize { get; init; }
}
