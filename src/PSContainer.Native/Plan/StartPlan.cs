using PSContainer.Spec;

namespace PSContainer.Plan;

/// <summary>All that a start will do, in order, before anything is touched. Two plans can be compared.</summary>
public sealed class StartPlan
{
    internal StartPlan(IReadOnlyList<PlanStep> steps) => Steps = steps;

    /// <summary>The steps of both processes, in the order in which they happen.</summary>
    public IReadOnlyList<PlanStep> Steps { get; }

    /// <summary>What was asked for and is left out, where the specification wants a warning and no error.</summary>
    public IReadOnlyList<string> Warnings { get; internal init; } = [];

    /// <summary>As <see cref="Warnings"/>, for the log and not for who runs the command: an engine wrote what was asked for.</summary>
    public IReadOnlyList<string> Notes { get; internal init; } = [];

    /// <summary>CLONE_NEW… types that the clone makes.</summary>
    internal int CloneFlags { get; init; }

    /// <summary>CLONE_NEW… types that the first clone makes where a second follows.</summary>
    internal int FirstCloneFlags { get; init; }

    /// <summary>Namespaces to join, in the order of joining.</summary>
    internal IReadOnlyList<NamespaceSpec> Joined { get; init; } = [];

    /// <summary>Id maps that the parent writes once the process exists.</summary>
    internal IReadOnlyList<IdMapping>? UidMappings { get; init; }

    /// <inheritdoc cref="UidMappings"/>
    internal IReadOnlyList<IdMapping>? GidMappings { get; init; }

    /// <summary>
    /// Whether the maps are written for the process in between, which makes the user namespace, and not for the second.
    /// </summary>
    internal bool MapsBeforeFork { get; init; }

    /// <summary>CPUs that the parent itself goes to before the clone, as a mask; <see langword="null"/> for those it has.</summary>
    internal byte[]? InitialAffinity { get; init; }

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

    /// <summary>Whether the filter hands calls to a listener.</summary>
    internal bool HasSeccompListener { get; init; }
}
