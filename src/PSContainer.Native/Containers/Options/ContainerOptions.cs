using PSContainer.Cgroups.Limits;
using PSContainer.Spec;

namespace PSContainer.Containers.Options;

/// <summary>What a person asks of a container, in .NET's own types. The engine composes an OCI configuration of it.</summary>
/// <remarks>
/// A property that is <see langword="null"/> or empty leaves the default; no value is checked before composing.
/// </remarks>
public sealed partial record ContainerOptions
{
    /// <summary>
    /// What people call it: a letter or digit, then letters, digits, <c>_ . -</c>; <see langword="null"/> makes one up.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>
    /// The host name inside; <see langword="null"/>: the first 12 digits of the id, or the host's where UTS is shared.
    /// </summary>
    public string? Hostname { get; init; }

    /// <summary>Free metadata to find containers by.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Annotations of the OCI configuration, in reverse-domain form.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>The root filesystem.</summary>
    public RootfsSource? Rootfs { get; init; }

    /// <summary>Puts an empty layer of its own over the root: the container writes there and the source stays as it is.</summary>
    public bool Ephemeral { get; init; }

    /// <summary>Makes the root read-only inside.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Limits; <see langword="null"/> sets none.</summary>
    public CgroupLimit? Limits { get; init; }

    /// <summary>
    /// The container's cgroup, absolute below each hierarchy's root; <see langword="null"/>: <c>/pscontainer-ID</c>.
    /// </summary>
    public string? CgroupPath { get; init; }

    /// <summary>
    /// An existing cgroup, absolute below each hierarchy's root, that the container's own is made in: <c>PARENT/pscontainer-ID</c>.
    /// </summary>
    public string? CgroupParent { get; init; }

    /// <summary>What is mounted besides the defaults, in this order.</summary>
    public IReadOnlyList<MountOption> Mounts { get; init; } = [];

    /// <summary>Size of /dev/shm in bytes; <see langword="null"/>: 64 MiB.</summary>
    public long? ShmSize { get; init; }

    /// <summary>Removes the container when it ends.</summary>
    public bool RemoveOnExit { get; init; }

    /// <summary>Ends the container when the calling process ends, however that ends.</summary>
    public bool SessionBound { get; init; }

    /// <summary>Ends the container after this long; <see langword="null"/>: never.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// A complete OCI configuration to use as it is instead of composing one; only <see cref="Name"/>, <see cref="Labels"/>
    /// and the lifetime options are added to it.
    /// </summary>
    public ContainerSpec? Spec { get; init; }

    /// <summary>
    /// Another OCI runtime that carries the container out: a name on PATH or a path; <see langword="null"/>: our own.
    /// </summary>
    public string? Runtime { get; init; }
}
