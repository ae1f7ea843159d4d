using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Cgroups;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Containers;
using PSContainer.Kernel;
using PSContainer.Words;

namespace PSContainer.Commands;

/// <summary>Ends all processes of cgroups: at once, or after a signal and a time.</summary>
[Cmdlet(VerbsLifecycle.Stop, "Cgroup", SupportsShouldProcess = true)]
[OutputType(typeof(Cgroup), typeof(Container))]
public sealed class StopCgroupCommand : CgroupActionCmdlet
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The signal that asks first; without one and without -Timeout they are killed at once.</summary>
    [Parameter]
    [SignalTransformation]
    public Signal? Signal { get; set; }

    /// <summary>How long to wait after the signal; a number is seconds. What is left then is killed.</summary>
    [Parameter]
    [DurationTransformation]
    public TimeSpan? Timeout { get; set; }

    /// <summary>Goes on where the session or the system may end with it, once that is confirmed.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Force { get; set; }

    private Signal? Asked => Signal ?? (Timeout is null ? null : PSContainer.Kernel.Signal.Term);

    private protected override string Deed => "end";

    private protected override bool IsForced => Force;

    private protected override string? Harm(CgroupTarget target)
    {
        target.Cgroup.RequireEndable("end");
        return CallerSession.FindAmong(target.Cgroup.GetProcessIds());
    }

    /// <inheritdoc/>
    protected override string Action => Asked is { } signal
        ? $"Send {SignalName.Format(signal)}, SIGKILL after {DurationWord.Format(Timeout ?? DefaultTimeout)}"
        : "Kill all its processes";

    /// <inheritdoc/>
    protected override IEnumerable<CgroupFileWrite> Writes(CgroupTarget target) =>
        Asked is { } signal ? target.Cgroup.PlanSignal(signal) : target.Cgroup.PlanKill();

    /// <inheritdoc/>
    protected override void Act(CgroupTarget target) =>
        target.Cgroup.Refresh().Stop(Asked, Timeout ?? DefaultTimeout, StopToken);
}
