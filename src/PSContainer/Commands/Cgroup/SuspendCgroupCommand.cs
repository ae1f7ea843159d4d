using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Cgroups;

namespace PSContainer.Commands;

/// <summary>Freezes all processes of cgroups where they are.</summary>
[Cmdlet(VerbsLifecycle.Suspend, "Cgroup", SupportsShouldProcess = true)]
[OutputType(typeof(Cgroup), typeof(Container))]
public sealed class SuspendCgroupCommand : CgroupActionCmdlet
{
    /// <inheritdoc/>
    protected override string Action => "Freeze its processes";

    /// <inheritdoc/>
    protected override IEnumerable<CgroupFileWrite> Writes(CgroupTarget target) => [target.Cgroup.PlanFreeze(freeze: true)];

    /// <inheritdoc/>
    protected override void Act(CgroupTarget target) => target.Cgroup.Freeze();
}
