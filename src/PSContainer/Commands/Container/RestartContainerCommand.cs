using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers;

namespace PSContainer.Commands;

/// <summary>Stops containers and starts them once more.</summary>
[Cmdlet(VerbsLifecycle.Restart, "Container", SupportsShouldProcess = true)]
[Alias("rtct")]
[OutputType(typeof(Container))]
public sealed class RestartContainerCommand : ContainerActionCmdlet
{
    /// <summary>How long to wait before SIGKILL; a number is seconds.</summary>
    [Parameter]
    [DurationTransformation]
    public TimeSpan? Timeout { get; set; }

    /// <summary>Ends all processes at once, without asking.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override bool TakesTime => true;

    /// <inheritdoc/>
    protected override string ActionOn(Container container) =>
        Force ? "Kill all processes and start again" : "Stop and start again";

    /// <inheritdoc/>
    protected override void Act(Container container)
    {
        if (Force)
            container.Kill();
        container.Restart(Timeout, StopToken);
    }
}
