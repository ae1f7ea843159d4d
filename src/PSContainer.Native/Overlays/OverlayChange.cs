namespace PSContainer.Overlays;

/// <summary>What an overlay did to a path.</summary>
public enum OverlayChangeKind
{
    /// <summary>It is not in the lower directories.</summary>
    Added,

    /// <summary>It is in the lower directories too, otherwise.</summary>
    Changed,

    /// <summary>It is in the lower directories only, and hidden.</summary>
    Deleted,

    /// <summary>A directory that replaces the one below with all that is in it.</summary>
    Opaque,

    /// <summary>It is as in the lower directories.</summary>
    Unchanged,
}

/// <summary>What kind of file a path is.</summary>
public enum OverlayItemType
{
    /// <summary>A regular file.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link.</summary>
    SymbolicLink,

    /// <summary>A character device.</summary>
    CharacterDevice,

    /// <summary>A block device.</summary>
    BlockDevice,

    /// <summary>A FIFO.</summary>
    Fifo,

    /// <summary>A socket.</summary>
    Socket,
}

/// <summary>One difference between an overlay and its lower directories.</summary>
public sealed class OverlayChange
{
    private readonly string root;

    internal OverlayChange(string root, string path, OverlayChangeKind change, OverlayItemType itemType, long length)
    {
        this.root = root;
        Path = path;
        Change = change;
        ItemType = itemType;
        Length = length;
    }

    /// <summary>The path in the overlay, from its root: <c>/etc/passwd</c>.</summary>
    public string Path { get; }

    /// <summary>What happened to it.</summary>
    public OverlayChangeKind Change { get; }

    /// <summary>What it is; of a deleted one, what it was.</summary>
    public OverlayItemType ItemType { get; }

    /// <summary>Bytes of a file, of a deleted one what it had; 0 for what is none.</summary>
    public long Length { get; }

    /// <summary>Of a renamed directory, its path below; <see langword="null"/> else.</summary>
    public string? RenamedFrom { get; internal init; }

    /// <summary>
    /// Whether only owner, mode or attributes were changed and the content is still the lower file's (metacopy).
    /// </summary>
    public bool IsMetadataOnly { get; internal init; }

    /// <summary>The path on the host, through the mounted overlay.</summary>
    public string FullName => root == "/" ? Path : root + Path;

    /// <summary>A letter as version control has it, and the path.</summary>
    public override string ToString() => $"{Change.ToString()[0]} {Path}";
}
