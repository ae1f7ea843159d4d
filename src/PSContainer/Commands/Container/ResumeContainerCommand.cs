using System.Management.Automation;
using PSContainer.Containers;

namespace PSContainer.Commands;

/// <summary>Lets the processes of frozen containers run on.</summary>
[Cmdlet(VerbsLifecycle.Resume, "Container", SupportsShouldProcess = true)]
[Alias("ruct")]
[OutputType(typeof(Container))]
public sealed class ResumeContainerCommand : ContainerActionCmdlet
{
    /// <inheritdoc/>
    protected override string ActionOn(Container container) => "Thaw the container's cgroup";

    /// <inheritdoc/>
    protected override void Act(Container container) => container.Resume();
}
