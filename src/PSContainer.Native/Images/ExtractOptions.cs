using System.Text.Json.Serialization;
using PSContainer.Programs;
using PSContainer.Spec;

namespace PSContainer.Images;

/// <summary>How an archive is unpacked.</summary>
public sealed record ExtractOptions
{
    /// <summary>Bounds on what an archive may hold.</summary>
    public ExtractLimits Limits { get; init; } = new();

    /// <summary>
    /// Whether the archive is a layer of an image: names that begin with <c>.wh.</c> hide what the layers below have (OCI image-spec,
    /// "Whiteouts"). With <see cref="AllowNonEmptyDestination"/> that is removed from the destination; else the whiteouts become those
    /// of overlayfs, so that the destination is a lower directory. In a plain root filesystem such names are files like others.
    /// </summary>
    public bool IsLayer { get; init; }

    /// <summary>Whether the destination may hold something already; what an error leaves there is then not cleaned up.</summary>
    public bool AllowNonEmptyDestination { get; init; }

    /// <summary>
    /// Whether device nodes are made. A container gets its own; one of an archive is good for whoever can reach it on the host.
    /// </summary>
    public bool IncludeDevices { get; init; }

    /// <summary>
    /// Whether owners are set as the archive says. <see langword="null"/>: when the caller is root. Without, everything belongs
    /// to the caller, set-user-id and set-group-id bits are dropped, and a warning says so.
    /// </summary>
    public bool? SetOwners { get; init; }

    /// <summary>
    /// Maps the archive's user ids (<c>ContainerId</c>) to those on disk (<c>HostId</c>); an id that is in none is an error.
    /// </summary>
    public IReadOnlyList<IdMapping>? UidMappings { get; init; }

    /// <summary>As <see cref="UidMappings"/>, for groups.</summary>
    public IReadOnlyList<IdMapping>? GidMappings { get; init; }

    /// <summary>
    /// For a caller who is not root: the executable that does it with his subordinate ids, subuid(5), so that owners are as the
    /// archive says. <see langword="null"/>, and without such ids: this process does it, and everything belongs to the caller.
    /// </summary>
    [JsonIgnore]
    public RuntimeExecutable? Helper { get; init; }

    /// <summary>Called on the extracting thread several times a second.</summary>
    [JsonIgnore]
    public Action<ExtractProgress>? Progress { get; init; }
}

/// <summary>Bounds on an archive, against ones that are made to fill a disk or memory.</summary>
public sealed record ExtractLimits
{
    /// <summary>Unpacked bytes, headers included. 64 GiB.</summary>
    public long MaxBytes { get; init; } = 64L << 30;

    /// <summary>Entries. Two million.</summary>
    public long MaxEntries { get; init; } = 2_000_000;

    /// <summary>Bytes of a path. 4095, as in the kernel.</summary>
    public int MaxPathLength { get; init; } = 4095;

    /// <summary>Directories in directories. 256.</summary>
    public int MaxDepth { get; init; } = 256;
}

/// <summary>How far an extraction has come.</summary>
/// <param name="Entries">Entries made.</param>
/// <param name="Bytes">Unpacked bytes.</param>
/// <param name="ArchiveBytes">Bytes of the archive that were read.</param>
/// <param name="ArchiveLength">All bytes of the archive, or <see langword="null"/> when it is a stream of unknown length.</param>
public readonly record struct ExtractProgress(long Entries, long Bytes, long ArchiveBytes, long? ArchiveLength);
