namespace PSContainer.Spec;

/// <summary>
/// An OCI runtime configuration (<c>config.json</c>): the one contract between what composes a container and what runs it.
/// </summary>
/// <remarks>OCI runtime-spec 1.2, config.md and config-linux.md. Property names and units are the specification's.</remarks>
public sealed partial record ContainerSpec
{
    /// <summary>The version of the specification that this configuration follows (SemVer 2.0).</summary>
    public string OciVersion { get; init; } = "1.2.0";

    /// <summary>The container's first process. Optional for <c>create</c>, needed by <c>start</c>.</summary>
    public ProcessSpec? Process { get; init; }

    /// <summary>The container's root filesystem.</summary>
    public RootSpec? Root { get; init; }

    /// <summary>The host name inside a new UTS namespace, 64 bytes at most.</summary>
    public string? Hostname { get; init; }

    /// <summary>The NIS domain name inside a new UTS namespace, 64 bytes at most.</summary>
    public string? Domainname { get; init; }

    /// <summary>What is mounted below the root, in this order.</summary>
    public IReadOnlyList<MountSpec>? Mounts { get; init; }

    /// <summary>Commands that run at points of the life cycle.</summary>
    public HooksSpec? Hooks { get; init; }

    /// <summary>Free metadata. Keys in reverse-domain form; those of this project are in <see cref="Annotation"/>.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Everything that is the Linux kernel's.</summary>
    public LinuxSpec? Linux { get; init; }

    /// <summary>The command, for people.</summary>
    public override string ToString() => $"OCI {OciVersion}: {string.Join(' ', Process?.Args ?? [])}";
}

/// <summary>The root filesystem of a container (config.md, "Root").</summary>
public sealed partial record RootSpec
{
    /// <summary>A directory, absolute or relative to the bundle.</summary>
    public string Path { get; init; } = "";

    /// <summary>Whether the root is read-only inside the container.</summary>
    public bool Readonly { get; init; }
}

/// <summary>One mount inside the container (config.md, "Mounts").</summary>
public sealed partial record MountSpec
{
    /// <summary>Where it is mounted: an absolute path inside the container.</summary>
    public string Destination { get; init; } = "";

    /// <summary>The filesystem type (<c>/proc/filesystems</c>), or <c>bind</c>/<c>none</c> with a bind option.</summary>
    public string? Type { get; init; }

    /// <summary>A device, a name for a virtual filesystem, or for a bind the path on the host (relative: to the bundle).</summary>
    public string? Source { get; init; }

    /// <summary>Mount options as in fstab: flags, propagation, and data for the filesystem.</summary>
    public IReadOnlyList<string>? Options { get; init; }

    /// <summary>For an id-mapped mount: how user ids of the source appear inside.</summary>
    public IReadOnlyList<IdMapping>? UidMappings { get; init; }

    /// <summary>For an id-mapped mount: how group ids of the source appear inside.</summary>
    public IReadOnlyList<IdMapping>? GidMappings { get; init; }

    /// <summary>The mount as mount(8) lists it.</summary>
    public override string ToString() => $"{Source ?? Type} on {Destination} ({string.Join(',', Options ?? [])})";
}
