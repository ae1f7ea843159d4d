using PSContainer.Spec;

namespace PSContainer.Plan;

/// <summary>Namespaces to make, with every default decided: what <c>pscontainer namespace create</c> is given.</summary>
public sealed record NamespaceRequest
{
    /// <summary>The set's directory.</summary>
    public required string Directory { get; init; }

    /// <summary>The specification's words of the types.</summary>
    public required IReadOnlyList<string> Types { get; init; }

    /// <summary>The host name of a new uts namespace; <see langword="null"/>: as it is.</summary>
    public string? Hostname { get; init; }

    /// <summary>User ids of a new user namespace.</summary>
    public IReadOnlyList<IdMapping>? UidMappings { get; init; }

    /// <summary>Group ids of a new user namespace.</summary>
    public IReadOnlyList<IdMapping>? GidMappings { get; init; }

    /// <summary>The file of a user namespace to make the others in, or <see langword="null"/>.</summary>
    public string? Owner { get; init; }

    /// <summary>Offsets of a new time namespace, by clock: <c>monotonic</c>, <c>boottime</c>.</summary>
    public IReadOnlyDictionary<string, TimeOffsetSpec> TimeOffsets { get; init; } = new Dictionary<string, TimeOffsetSpec>();

    /// <summary>MS_PRIVATE, MS_SLAVE or MS_SHARED for a new mount namespace; 0 leaves every mount as it is.</summary>
    public int Propagation { get; init; }

    /// <summary>Whether a proc filesystem is mounted on /proc of the new mount namespace.</summary>
    public bool MountsProc { get; init; }

    /// <summary>Whether mounts keep the namespaces: the caller may mount.</summary>
    public bool IsPinned { get; init; }

    /// <summary>Directories of other sets, whose mounts a new mount namespace shall not keep.</summary>
    public IReadOnlyList<string> OtherSets { get; init; } = [];

    /// <summary>Whether a process stays to hold them: what a pid namespace needs, and everybody who may not mount.</summary>
    public bool HasHolder => !IsPinned || Types.Contains("pid");

    internal bool Makes(string type) => Types.Contains(type);
}
