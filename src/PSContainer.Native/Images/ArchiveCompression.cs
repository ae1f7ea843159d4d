namespace PSContainer.Images;

/// <summary>How an archive is compressed.</summary>
public enum ArchiveCompression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>gzip, RFC 1952.</summary>
    Gzip,

    /// <summary>Zstandard, RFC 8878.</summary>
    Zstd,

    /// <summary>xz, the .xz file format.</summary>
    Xz,
}
