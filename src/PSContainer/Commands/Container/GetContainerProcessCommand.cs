using System.Management.Automation;

namespace PSContainer.Commands;

/// <summary>Lists the processes of containers, as the host sees them.</summary>
[Cmdlet(VerbsCommon.Get, "ContainerProcess")]
[OutputType(typeof(ContainerProcess))]
public sealed class GetContainerProcessCommand : ContainerTargetCmdlet
{
    /// <inheritdoc/>
    protected override void Process(Container container)
    {
        IReadOnlyList<ContainerProcess> processes = [];
        Attempt(container, () => processes = container.GetProcesses());
        foreach (ContainerProcess process in processes)
            WriteObject(process);
    }
}
