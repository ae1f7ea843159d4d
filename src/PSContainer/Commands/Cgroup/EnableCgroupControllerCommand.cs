using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Cgroups;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Containers;

namespace PSContainer.Commands;

/// <summary>Gives controllers to the cgroups below cgroups. v2 only.</summary>
[Cmdlet(VerbsLifecycle.Enable, "CgroupController", SupportsShouldProcess = true)]
[OutputType(typeof(Cgroup), typeof(Container))]
public sealed class EnableCgroupControllerCommand : CgroupActionCmdlet
{
    /// <summary>The controllers, as memory or cpu.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ArgumentCompleter(typeof(CgroupControllerCompleter))]
    [ValueTransformation]
    public string[] Controller { get; set; } = [];

    /// <summary>Also in all cgroups below that have others below them.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Recurse { get; set; }

    /// <inheritdoc/>
    protected override string Action => $"Give controllers to those below: {string.Join(' ', Controller)}";

    /// <inheritdoc/>
    protected override IEnumerable<CgroupFileWrite> Writes(CgroupTarget target) =>
        All(target.Cgroup).SelectMany((cgroup, place) => cgroup.PlanControllers(Controller, enable: true, isGiven: place > 0));

    /// <inheritdoc/>
    protected override void Act(CgroupTarget target)
    {
        foreach (Cgroup cgroup in All(target.Cgroup))
            cgroup.EnableControllers(Controller);
    }

    // From the top down: nobody can give what it has not got.
    private IEnumerable<Cgroup> All(Cgroup cgroup) => Recurse
        ? [cgroup, .. cgroup.GetChildren().Where(child => child.GetChildren().Count > 0).SelectMany(All)]
        : [cgroup];
}
