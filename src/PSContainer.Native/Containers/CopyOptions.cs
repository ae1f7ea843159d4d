namespace PSContainer;

/// <summary>How a file or tree is copied into or out of a container.</summary>
public sealed record CopyOptions
{
    /// <summary>Copies directories with what is in them.</summary>
    public bool Recurse { get; init; }

    /// <summary><c>user[:group]</c> by name in the root filesystem or by number; <see langword="null"/>: as the source, or root.</summary>
    public string? Owner { get; init; }

    /// <summary>Permission bits of files; <see langword="null"/>: the source's.</summary>
    public int? Mode { get; init; }
}
