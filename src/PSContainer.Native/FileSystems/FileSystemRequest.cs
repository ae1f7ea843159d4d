namespace PSContainer.FileSystems;

/// <summary>A filesystem that is to be mounted, or a directory to be shown at another place.</summary>
public sealed record FileSystemRequest
{
    /// <summary>The directory or file of a bind, the device or name of anything else.</summary>
    public string? Source { get; init; }

    /// <summary>Where: a directory that is there, or for the bind of a file a file.</summary>
    public required string Path { get; init; }

    /// <summary><c>bind</c>, <c>rbind</c>, or what /proc/filesystems lists; <see langword="null"/>: bind.</summary>
    public string? Type { get; init; }

    /// <summary>Options as mount(8) has them: <c>ro</c>, <c>nosuid</c>, <c>private</c>, <c>size=64m</c>.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Files of the namespaces to mount in; paths are then those of the mount namespace among them.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];
}
