using PSContainer.Spec;
using PSContainer.Steps.Container;

namespace PSContainer.Plan;

/// <summary>Which process runs a step.</summary>
public enum PlanSide
{
    /// <summary>The runtime, on the host.</summary>
    Parent,

    /// <summary>The new process, inside the container's namespaces.</summary>
    Child,
}

/// <summary>One step of a start, in the words of people and of the kernel.</summary>
/// <param name="Side">Which process runs it.</param>
/// <param name="Step">Verb and object, as in a failure's <see cref="ContainerException.Step"/>.</param>
/// <param name="Call">The system call that does it.</param>
/// <param name="Target">What it works on.</param>
/// <param name="Flags">With which flags or value; empty when there are none.</param>
public sealed record PlanStep(PlanSide Side, string Step, string Call, string Target, string Flags)
{
    /// <summary>Place in the plan, from 1.</summary>
    public int Number { get; init; }

    /// <summary>The step as a sentence.</summary>
    public string Description =>
        (Target, Flags) switch
        {
            ("", "") => Step,
            (_, "") => $"{Step} {Target}",
            ("", _) => $"{Step} ({Flags})",
            _ => $"{Step} {Target} ({Flags})",
        };

    /// <summary>The step with its side, place and call, as a log has it.</summary>
    public string LogText => $"{(Side == PlanSide.Parent ? "host" : "container")} step {Number}: {Description} [{Call}]";

    /// <summary>What the child's interpreter gets; <see langword="null"/> for a step of the parent.</summary>
    internal ChildStep? Child { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Number,3}  {Side,-6}  {Call,-14}  {Description}";
}

/// <summary>A <see cref="ChildOperation"/> as managed data.</summary>
internal sealed record ChildStep(OperationKind Kind)
{
    public long Number1 { get; init; }
    public long Number2 { get; init; }
    public long Number3 { get; init; }
    public string? Text1 { get; init; }
    public string? Text2 { get; init; }
    public string? Text3 { get; init; }
    public IReadOnlyList<string>? List1 { get; init; }
    public IReadOnlyList<string>? List2 { get; init; }
    public byte[]? Blob { get; init; }

    /// <summary>What the parent makes when the child asks for it.</summary>
    public IdMappedMount? IdMapped { get; init; }

    /// <summary>The device node that the parent makes when the child asks for it.</summary>
    public DeviceSpec? Device { get; init; }
}
