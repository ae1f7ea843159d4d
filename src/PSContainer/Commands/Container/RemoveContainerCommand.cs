using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers;

namespace PSContainer.Commands;

/// <summary>Removes containers: what is left of them in the kernel and on disk.</summary>
[Cmdlet(VerbsCommon.Remove, "Container", SupportsShouldProcess = true)]
[Alias("rct")]
[OutputType(typeof(void))]
public sealed class RemoveContainerCommand : ContainerTargetCmdlet
{
    private readonly Together _together = new();

    /// <summary>Ends a container that runs, and clears one that was left half made.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void Process(Container container)
    {
        string action = Force && !container.HasExited ? "Kill all processes and remove the container" : "Remove the container";
        if (ShouldProcess(container.Name, action))
            _together.Begin(container, warn => container.Remove(Force, warn, StopToken));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (Together.Work work in _together.All)
        {
            Attempt(work.Container, () => work.Await(StopToken));
            foreach (string warning in work.Warnings)
                WriteWarning(warning);
        }
    }
}
