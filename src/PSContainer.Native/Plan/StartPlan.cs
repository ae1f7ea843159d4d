using PSContainer.Spec;

namespace PSContainer.Plan;

/// <summary>All that a start will do, in order, before anything is touched. Two plans can be compared.</summary>
public sealed class StartPlan
{
    internal StartPlan(IReadOnlyList<PlanStep> steps) => Steps = steps;

    /// <summary>The steps of both processes, in the order in which they happen.</summary>
    public IReadOnlyList<PlanStep> Steps { get; }

    /// <summary>CLONE_NEW… types that the clone makes.</summary>
    internal int CloneFlags { get; init; }

    /// <summary>Namespaces to join, in the order of joining.</summary>
    internal IReadOnlyList<NamespaceSpec> Joined { get; init; } = [];

    /// <summary>Id maps that the parent writes once the process exists.</summary>
    internal IReadOnlyList<IdMapping>? UidMappings { get; init; }

    /// <inheritdoc cref="UidMappings"/>
    internal IReadOnlyList<IdMapping>? GidMappings { get; init; }

    /// <summary>Offsets for a new time namespace.</summary>
    internal IReadOnlyDictionary<string, TimeOffsetSpec>? TimeOffsets { get; init; }

    /// <summary>The command line of the first process.</summary>
    internal IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Its environment.</summary>
    internal IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>Whether the runtime's own init is executed with <see cref="Arguments"/>.</summary>
    internal bool UsesInit { get; init; }

    /// <summary>Directories that must exist for the child's overlay, in the state directory.</summary>
    internal IReadOnlyList<string> MountPoints { get; init; } = [];
}
