namespace PSContainer.Images;

/// <summary>What an entry of a tar archive makes.</summary>
internal enum TarEntryType
{
    File,
    HardLink,
    SymbolicLink,
    CharacterDevice,
    BlockDevice,
    Directory,
    Fifo,
}

/// <summary>An extended attribute as it is in the archive: bytes, which need not be text.</summary>
internal readonly record struct TarAttribute(byte[] Name, byte[] Value);

/// <summary>A run of data in a sparse file; what lies between the runs is a hole.</summary>
internal readonly record struct SparseRun(long Offset, long Length);

/// <summary>One entry of a tar archive, headers of every dialect merged. Names are bytes, as in the kernel.</summary>
internal sealed class TarEntry
{
    internal required TarEntryType Type { get; init; }

    /// <summary>The path as the archive has it.</summary>
    internal required byte[] Name { get; init; }

    /// <summary>What a link leads to.</summary>
    internal byte[] LinkName { get; init; } = [];

    /// <summary>Permission bits, 07777.</summary>
    internal uint Mode { get; init; }

    internal uint Uid { get; init; }

    internal uint Gid { get; init; }

    /// <summary>Bytes that are stored in the archive.</summary>
    internal long Size { get; init; }

    internal long ModifiedSeconds { get; init; }

    internal uint ModifiedNanoseconds { get; init; }

    internal uint DeviceMajor { get; init; }

    internal uint DeviceMinor { get; init; }

    internal IReadOnlyList<TarAttribute> Attributes { get; init; } = [];

    /// <summary>Where the stored bytes belong, or <see langword="null"/> for a file without holes.</summary>
    internal IReadOnlyList<SparseRun>? Sparse { get; init; }

    /// <summary>The length of the file that is made; differs from <see cref="Size"/> for a sparse one.</summary>
    internal long RealSize { get; init; }
}
