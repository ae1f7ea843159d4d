using System.Management.Automation;
using PSContainer.Binding;

namespace PSContainer.Commands;

/// <summary>Stops containers and starts them once more.</summary>
[Cmdlet(VerbsLifecycle.Restart, "Container", SupportsShouldProcess = true)]
[Alias("rtct")]
[OutputType(typeof(Container))]
public sealed class RestartContainerCommand : ContainerActionCmdlet
{
    /// <summary><para type="description">How long to wait before SIGKILL; a number is seconds.</para></summary>
    [Parameter]
    [DurationTransformation]
    public TimeSpan? Timeout { get; set; }

    /// <summary><para type="description">Ends all processes at once, without asking.</para></summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override string ActionOn(Container container) => Force ? "Kill all processes and start again" : "Stop and start again";

    /// <inheritdoc/>
    protected override void Act(Container container)
    {
        if (Force)
            container.Kill();
        container.Restart(Timeout, StopToken);
    }
}
