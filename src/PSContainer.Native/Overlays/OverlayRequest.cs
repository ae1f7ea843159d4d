namespace PSContainer.Overlays;

/// <summary>An overlay that is asked for.</summary>
public sealed record OverlayRequest
{
    /// <summary>The lower directories, top first.</summary>
    public required IReadOnlyList<string> Lower { get; init; }

    /// <summary>The directory that gets the changes; made when it is not there.</summary>
    public string? Upper { get; init; }

    /// <summary>The kernel's scratch directory on the filesystem of the upper one; <see langword="null"/>: beside it.</summary>
    public string? Work { get; init; }

    /// <summary>Where to mount it; <see langword="null"/>: on a directory of its own in the state directory.</summary>
    public string? Path { get; init; }

    /// <summary>Whether the changes are kept in memory, for as long as this process or a container needs them.</summary>
    public bool Ephemeral { get; init; }

    /// <summary>Whether nothing can be written through it.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Whether nothing is synced to the disk (<c>volatile</c>).</summary>
    public bool Volatile { get; init; }

    /// <summary>Whether attributes are kept as <c>user.overlay.*</c>, which needs no privilege.</summary>
    public bool UserXattr { get; init; }

    /// <summary>Whether a change of a file's owner or mode copies no data up.</summary>
    public bool Metacopy { get; init; }

    /// <summary><c>on</c>, <c>off</c>, <c>follow</c> or <c>nofollow</c>; <see langword="null"/>: as the kernel is set.</summary>
    public string? RedirectDir { get; init; }

    /// <summary>Whether hard links stay together when they are copied up.</summary>
    public bool Index { get; init; }

    /// <summary>More options of overlayfs: <c>xino=on</c>, <c>nfs_export=on</c>.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];
}
