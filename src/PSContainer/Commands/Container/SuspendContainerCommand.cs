using System.Management.Automation;
using PSContainer.Containers;

namespace PSContainer.Commands;

/// <summary>Freezes all processes of containers.</summary>
[Cmdlet(VerbsLifecycle.Suspend, "Container", SupportsShouldProcess = true)]
[Alias("ssct")]
[OutputType(typeof(Container))]
public sealed class SuspendContainerCommand : ContainerActionCmdlet
{
    /// <inheritdoc/>
    protected override string ActionOn(Container container) => "Freeze the container's cgroup";

    /// <inheritdoc/>
    protected override void Act(Container container) => container.Suspend();
}
