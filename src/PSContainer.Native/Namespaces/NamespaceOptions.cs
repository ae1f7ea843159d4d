using PSContainer.Proc;
using PSContainer.Spec;

namespace PSContainer.Namespaces;

/// <summary>Namespaces to make together.</summary>
public sealed record NamespaceOptions
{
    /// <summary>Which types.</summary>
    public required IReadOnlyList<NamespaceType> Types { get; init; }

    /// <summary>What the set is called; <see langword="null"/>: a name is made up.</summary>
    public string? Name { get; init; }

    /// <summary>The host name of a Uts namespace; <see langword="null"/>: the caller's.</summary>
    public string? Hostname { get; init; }

    /// <summary>A User namespace in which only root exists and is the caller.</summary>
    public bool MapRootUser { get; init; }

    /// <summary>User ids of a User namespace; none: root inside is the caller, and above are the ids set aside for him.</summary>
    public IReadOnlyList<IdMapping> UidMap { get; init; } = [];

    /// <inheritdoc cref="UidMap"/>
    public IReadOnlyList<IdMapping> GidMap { get; init; } = [];

    /// <summary>A User namespace that owns the new ones; <see langword="null"/>: a new one, else the caller's.</summary>
    public Namespace? Owner { get; init; }

    /// <summary>What is added to CLOCK_MONOTONIC in a Time namespace.</summary>
    public TimeSpan? MonotonicOffset { get; init; }

    /// <summary>What is added to CLOCK_BOOTTIME in a Time namespace.</summary>
    public TimeSpan? BootTimeOffset { get; init; }

    /// <summary>How mounts of a Mount namespace spread.</summary>
    public MountPropagation Propagation { get; init; } = MountPropagation.Private;

    /// <summary>Mounts a proc filesystem of the new Pid namespace on /proc of the new Mount namespace.</summary>
    public bool MountProc { get; init; }
}

/// <summary>How mounts spread between mount namespaces, mount_namespaces(7).</summary>
public enum MountPropagation
{
    /// <summary>Neither in nor out.</summary>
    Private,

    /// <summary>In, not out.</summary>
    Slave,

    /// <summary>In and out.</summary>
    Shared,

    /// <summary>As each mount has it where the namespace was made from.</summary>
    Unchanged,
}
