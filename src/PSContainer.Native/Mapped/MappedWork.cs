using System.Text.Json.Serialization;
using PSContainer.Images;
using PSContainer.Trees;

namespace PSContainer.Mapped;

/// <summary>
/// Work on files of a user's subordinate ids, for a process that is root of a user namespace in which those ids are. One of the
/// members is set.
/// </summary>
internal sealed record MappedWork
{
    /// <summary>A path that is removed with all that is in it.</summary>
    public string? Remove { get; init; }

    /// <summary>An archive that is unpacked; it comes by standard input, without compression.</summary>
    public MappedExtract? Extract { get; init; }

    /// <summary>Files that are copied between the host and a container.</summary>
    public MappedCopy? Copy { get; init; }
}

/// <summary>What <see cref="RootfsExtractor"/> is asked for.</summary>
/// <param name="Name">How to call the archive in messages.</param>
/// <param name="Destination">The directory, absolute.</param>
/// <param name="Options">How; ids are those of the namespace.</param>
internal sealed record MappedExtract(string Name, string Destination, ExtractOptions Options);

/// <summary>What <see cref="TreeCopy"/> is asked for.</summary>
/// <param name="IsInto">Whether it goes into the container.</param>
/// <param name="Source">Where from.</param>
/// <param name="Destination">Where to.</param>
/// <param name="ContainerPath">How to call the container's root in messages; it comes as a descriptor.</param>
/// <param name="Options">How; ids are those of the namespace.</param>
internal sealed record MappedCopy(bool IsInto, string Source, string Destination, string ContainerPath, TreeCopyOptions Options)
{
    /// <summary>The owner's ids of <see cref="TreeCopyOptions.Owner"/>, of which JSON knows no pair.</summary>
    public uint[]? Owner { get; init; }
}

/// <summary>What the process says while it is at work, a line of JSON each; the last is <see cref="IsDone"/>.</summary>
internal sealed record MappedAnswer
{
    /// <summary>It is in the namespace and has begun: now it can be sent the archive.</summary>
    public bool IsReady { get; init; }

    /// <summary>How far it has come.</summary>
    public ExtractProgress? Progress { get; init; }

    /// <summary>Whether all is done.</summary>
    public bool IsDone { get; init; }

    /// <summary>What was unpacked.</summary>
    public RootfsDirectory? Rootfs { get; init; }

    /// <summary>What was copied.</summary>
    public TreeCopyResult? Copied { get; init; }
}

/// <summary>Source-generated JSON of these types.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MappedWork))]
[JsonSerializable(typeof(MappedAnswer))]
internal sealed partial class MappedJson : JsonSerializerContext;
