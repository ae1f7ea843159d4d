using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers;
using PSContainer.Kernel;

namespace PSContainer.Commands;

/// <summary>Sends a signal to the first process of containers.</summary>
[Cmdlet(VerbsCommunications.Send, "ContainerSignal", SupportsShouldProcess = true)]
[OutputType(typeof(Container))]
public sealed class SendContainerSignalCommand : ContainerActionCmdlet
{
    /// <summary>The signal: a name in any spelling, or a number.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [SignalTransformation]
    public Signal Signal { get; set; }

    /// <inheritdoc/>
    protected override string ActionOn(Container container) => $"Send {SignalName.Format(Signal)} to process {container.Pid}";

    /// <inheritdoc/>
    protected override void Act(Container container) => container.SendSignal(Signal);
}
