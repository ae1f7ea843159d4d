using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers;
using PSContainer.Containers.Insight;
using PSContainer.State;

namespace PSContainer.Commands;

/// <summary>Lists the processes of containers, as the host sees them.</summary>
[Cmdlet(VerbsCommon.Get, "ContainerProcess")]
[OutputType(typeof(ContainerProcess))]
public sealed class GetContainerProcessCommand : ContainerTargetCmdlet
{
    /// <summary>The containers: names, ids, beginnings of ids, patterns, or objects; without any, all that run.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("Name", "Id", "InputObject")]
    [ContainerTransformation]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [SupportsWildcards]
    public override ContainerReference[] Container { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        IEnumerable<ContainerReference> asked = Container;
        if (!MyInvocation.BoundParameters.ContainsKey(nameof(Container)))
        {
            Attempt(null, () => asked =
                [.. ContainerEngine.Default.List().Where(IsAlive).Order().Select(one => new ContainerReference(one))]);
        }
        Process(asked);
    }

    private static bool IsAlive(Container container) =>
        container.State is ContainerStatus.Created or ContainerStatus.Running or ContainerStatus.Paused;

    /// <inheritdoc/>
    protected override void Process(Container container)
    {
        IReadOnlyList<ContainerProcess> processes = [];
        Attempt(container, () => processes = container.GetProcesses());
        foreach (ContainerProcess process in processes)
            WriteObject(process);
    }
}
