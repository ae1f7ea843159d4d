using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers;
using PSContainer.Kernel;
using PSContainer.Words;

namespace PSContainer.Commands;

/// <summary>Stops containers: asks first, and ends what does not listen.</summary>
[Cmdlet(VerbsLifecycle.Stop, "Container", SupportsShouldProcess = true)]
[Alias("spct")]
[OutputType(typeof(Container))]
public sealed class StopContainerCommand : ContainerActionCmdlet
{
    /// <summary>How long to wait before SIGKILL; a number is seconds.</summary>
    [Parameter]
    [DurationTransformation]
    public TimeSpan? Timeout { get; set; }

    /// <summary>The signal that asks.</summary>
    [Parameter]
    [SignalTransformation]
    public Signal? Signal { get; set; }

    /// <summary>Ends all processes at once, without asking.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override bool TakesTime => true;

    /// <inheritdoc/>
    protected override string ActionOn(Container container)
    {
        if (Force)
            return "Kill all processes of the container";
        string signal = Signal is { } given ? SignalName.Format(given) : "the stop signal";
        return Timeout is { } time ? $"Send {signal}, SIGKILL after {DurationWord.Format(time)}" : $"Send {signal}, then SIGKILL";
    }

    /// <inheritdoc/>
    protected override void Act(Container container)
    {
        if (Force)
            container.Kill();
        else
            container.Stop(Timeout, Signal, StopToken);
    }
}
