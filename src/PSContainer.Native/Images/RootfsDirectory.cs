namespace PSContainer.Images;

/// <summary>A root filesystem that was unpacked into a directory.</summary>
public sealed record RootfsDirectory
{
    /// <summary>The directory, absolute.</summary>
    public required string Path { get; init; }

    /// <summary>The archive it was made from.</summary>
    public required string Source { get; init; }

    /// <summary>How the archive is compressed.</summary>
    public required ArchiveCompression Compression { get; init; }

    /// <summary>How many entries the archive has.</summary>
    public required long EntryCount { get; init; }

    /// <summary>How many bytes its files have.</summary>
    public required long Length { get; init; }

    /// <summary>What could not be done as the archive says, a sentence a kind; empty when all was.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
