using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Cgroups;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Containers;

namespace PSContainer.Commands;

/// <summary>Lets frozen processes of cgroups go on.</summary>
[Cmdlet(VerbsLifecycle.Resume, "Cgroup", SupportsShouldProcess = true)]
[OutputType(typeof(Cgroup), typeof(Container))]
public sealed class ResumeCgroupCommand : CgroupActionCmdlet
{
    /// <inheritdoc/>
    protected override string Action => "Let its processes go on";

    /// <inheritdoc/>
    protected override IEnumerable<CgroupFileWrite> Writes(CgroupTarget target) => [target.Cgroup.PlanFreeze(freeze: false)];

    /// <inheritdoc/>
    protected override void Act(CgroupTarget target) => target.Cgroup.Thaw();
}
