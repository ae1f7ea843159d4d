using System.Text.Json.Serialization;
using PSContainer.Spec;

namespace PSContainer.Trees;

/// <summary>How files are copied into or out of a container.</summary>
public sealed record TreeCopyOptions
{
    /// <summary>Whether a directory is copied, with all that is in it; without, a directory is an error.</summary>
    public bool Recurse { get; init; } = true;

    /// <summary>Whether a link that is the source stands for what it leads to; else it is copied as a link.</summary>
    public bool FollowLink { get; init; }

    /// <summary>
    /// Owner of the copies: ids of the container when copying into it, of the host when copying out. <see langword="null"/>: root
    /// of the container, the caller on the host.
    /// </summary>
    [JsonIgnore]
    public (uint Uid, uint Gid)? Owner { get; init; }

    /// <summary>Permission bits of copied files (07777); <see langword="null"/>: the source's.</summary>
    public uint? Mode { get; init; }

    /// <summary>
    /// Whether the destination is the file itself, never a directory that receives it, and gives the new one its owner and permission
    /// bits, where <see cref="Owner"/> and <see cref="Mode"/> do not say otherwise.
    /// </summary>
    public bool KeepReplaced { get; init; }

    /// <summary>The container's user ids, when it has a user namespace.</summary>
    public IReadOnlyList<IdMapping>? UidMappings { get; init; }

    /// <summary>As <see cref="UidMappings"/>, for groups.</summary>
    public IReadOnlyList<IdMapping>? GidMappings { get; init; }

    /// <summary>
    /// Whether devices, file capabilities and set-user-id bits come out of a container. On the host they would hand out what the
    /// container's limits kept from its users, so they are left out with a warning.
    /// </summary>
    public bool KeepPrivileges { get; init; }

    /// <summary>Whether the copies have the owners of what is copied, instead of one.</summary>
    public bool KeepOwners { get; init; }

    /// <summary>Gets how many entries and bytes were copied, a few times a second, on the thread that copies.</summary>
    [JsonIgnore]
    public Action<long, long>? Progress { get; init; }

    /// <summary>Bytes that are copied at most. 1 TiB.</summary>
    public long MaxBytes { get; init; } = 1L << 40;

    /// <summary>Files and directories that are copied at most. Ten million.</summary>
    public long MaxEntries { get; init; } = 10_000_000;

    /// <summary>Directories in directories. 256.</summary>
    public int MaxDepth { get; init; } = 256;
}

/// <summary>What was copied.</summary>
public sealed record TreeCopyResult
{
    /// <summary>Where the copy is: a path on the side that was copied to.</summary>
    public required string Path { get; init; }

    /// <summary>Files, directories and links that were copied.</summary>
    public required long EntryCount { get; init; }

    /// <summary>Bytes that were copied.</summary>
    public required long Length { get; init; }

    /// <summary>What was left out, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
