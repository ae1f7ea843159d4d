using System.Management.Automation;

namespace PSContainer.Commands;

/// <summary>Executes a command in containers in the background, with a log of its own.</summary>
[Cmdlet(VerbsLifecycle.Start, "ContainerProcess", SupportsShouldProcess = true)]
[OutputType(typeof(ContainerProcess))]
public sealed class StartContainerProcessCommand : ContainerExecCmdlet
{
    /// <inheritdoc/>
    protected override void Process(Container container) => Attempt(container, () =>
    {
        ExecOptions options = Options();
        if (ShouldProcess(container.Name, $"Execute '{string.Join(' ', options.Command)}'"))
            WriteObject(container.StartProcess(options));
    });
}
