using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Cgroups;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Containers;

namespace PSContainer.Commands;

/// <summary>Takes controllers from the cgroups below cgroups. v2 only.</summary>
[Cmdlet(VerbsLifecycle.Disable, "CgroupController", SupportsShouldProcess = true)]
[OutputType(typeof(Cgroup), typeof(Container))]
public sealed class DisableCgroupControllerCommand : CgroupActionCmdlet
{
    /// <summary>The controllers, as memory or cpu.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ArgumentCompleter(typeof(CgroupControllerCompleter))]
    [ValueTransformation]
    public string[] Controller { get; set; } = [];

    /// <summary>First from all cgroups below, the innermost first.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Recurse { get; set; }

    /// <summary>Takes them from everything on the host too, once that is confirmed.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Force { get; set; }

    private protected override string Deed => "take controllers from all below";

    private protected override bool IsForced => Force;

    private protected override string? Harm(CgroupTarget target) => target.Cgroup.IsRoot ? "every limit of this system" : null;

    /// <inheritdoc/>
    protected override string Action => $"Take controllers from those below: {string.Join(' ', Controller)}";

    /// <inheritdoc/>
    protected override IEnumerable<CgroupFileWrite> Writes(CgroupTarget target) =>
        All(target.Cgroup).SelectMany(cgroup => cgroup.PlanControllers(Controller, enable: false));

    /// <inheritdoc/>
    protected override void Act(CgroupTarget target)
    {
        foreach (Cgroup cgroup in All(target.Cgroup))
            cgroup.DisableControllers(Controller);
    }

    // From the bottom up: nobody can lose what it gives on.
    private IEnumerable<Cgroup> All(Cgroup cgroup) => Recurse ? [.. cgroup.GetChildren().SelectMany(All), cgroup] : [cgroup];
}
