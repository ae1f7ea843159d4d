using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Cgroups;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Containers;

namespace PSContainer.Commands;

/// <summary>Freezes all processes of cgroups where they are.</summary>
[Cmdlet(VerbsLifecycle.Suspend, "Cgroup", SupportsShouldProcess = true)]
[OutputType(typeof(Cgroup), typeof(Container))]
public sealed class SuspendCgroupCommand : CgroupActionCmdlet
{
    /// <summary>Goes on where the session or the system may hang with it, once that is confirmed.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Force { get; set; }

    private protected override string Deed => "freeze";

    private protected override bool IsForced => Force;

    private protected override string? Harm(CgroupTarget target)
    {
        target.Cgroup.RequireEndable("freeze");
        return CallerSession.FindAmong(target.Cgroup.GetProcessIds());
    }

    /// <inheritdoc/>
    protected override string Action => "Freeze its processes";

    /// <inheritdoc/>
    protected override IEnumerable<CgroupFileWrite> Writes(CgroupTarget target) => [target.Cgroup.PlanFreeze(freeze: true)];

    /// <inheritdoc/>
    protected override void Act(CgroupTarget target) => target.Cgroup.Freeze();
}
