using PSContainer.Plan;
using PSContainer.Steps.Container;

namespace PSContainer.Steps.Host;

/// <summary>Finds the mounts of a plan that later steps look below: those <see cref="MountPlaces"/> keeps.</summary>
internal static class MountedPaths
{
    private const string Terminals = "/dev/pts/ptmx";

    /// <summary>The numbers of the steps that make them.</summary>
    public static HashSet<int> Find(IReadOnlyList<PlanStep> steps)
    {
        var found = new HashSet<int>();
        var prefixes = new HashSet<string>(StringComparer.Ordinal);
        for (int i = steps.Count - 1; i >= 0; i--)
        {
            if (steps[i].Child is not { } step || PathOf(step) is not { } path)
                continue;
            string prefix = string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries));
            if (step.Kind is OperationKind.MountFileSystem or OperationKind.BindMount or OperationKind.AttachMount && prefixes.Contains(prefix))
                found.Add(steps[i].Number);
            for (int end = prefix.Length; end > 0 && prefixes.Add(prefix[..end]);)
                end = prefix.LastIndexOf('/', end - 1);
        }
        return found;
    }

    private static string? PathOf(ChildStep step) => step.Kind switch
    {
        OperationKind.MountFileSystem or OperationKind.BindMount or OperationKind.AttachMount or OperationKind.Remount => step.Text3,
        OperationKind.MakeDevice or OperationKind.MakeLink or OperationKind.MakeDirectory => step.Text1,
        OperationKind.MaskPath or OperationKind.MakeReadOnly or OperationKind.AddLandlockRule => step.Text1,
        OperationKind.OpenConsole => Terminals,
        _ => null,
    };
}
