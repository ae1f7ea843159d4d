using PSContainer.Kernel;

namespace PSContainer.Containers.Options;

/// <summary>A mount asked for: a path of the host, or a tmpfs, at a path inside.</summary>
public sealed record MountOption
{
    /// <summary>The path on the host, absolute; <see langword="null"/> for a tmpfs.</summary>
    public string? Source { get; init; }

    /// <summary>Where it appears: an absolute path inside.</summary>
    public required string Destination { get; init; }

    /// <summary>Whether it is read-only inside.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Size of a tmpfs in bytes; <see langword="null"/>: half of the memory, as the kernel does.</summary>
    public long? Size { get; init; }

    /// <summary>Permission bits of a tmpfs; <see langword="null"/>: octal 1777.</summary>
    public int? Mode { get; init; }

    /// <summary>Further options as in fstab: <c>nosuid</c>, <c>noexec</c>, <c>rslave</c>.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Whether it is a tmpfs.</summary>
    public bool IsTmpfs => Source is null;

    /// <summary>
    /// Reads <c>SOURCE:DESTINATION[:OPTION,…]</c>, as <c>./site:/srv:ro</c>. A relative source is the process's.
    /// </summary>
    /// <exception cref="InvalidSpecException">It is not of that form.</exception>
    public static MountOption Parse(string word) => MountWord.ParseBind(word, HostPath.Full);

    /// <summary>Reads <c>DESTINATION[:OPTION,…]</c> for a tmpfs, as <c>/tmp:size=64m,mode=1777</c>.</summary>
    /// <exception cref="InvalidSpecException">It is not of that form.</exception>
    public static MountOption ParseTmpfs(string word) => MountWord.ParseTmpfs(word);
}
