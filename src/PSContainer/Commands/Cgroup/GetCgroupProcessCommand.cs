using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers.Insight;

namespace PSContainer.Commands;

/// <summary>Lists the processes of cgroups, as the host sees them.</summary>
[Cmdlet(VerbsCommon.Get, "CgroupProcess")]
[OutputType(typeof(ContainerProcess))]
public sealed class GetCgroupProcessCommand : CgroupTargetCmdlet
{
    /// <summary>Also those of all cgroups below.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Recurse { get; set; }

    /// <inheritdoc/>
    protected override void Process(CgroupTarget target) =>
        Attempt(target.Original, () => WriteObject(target.Cgroup.GetProcesses(Recurse), enumerateCollection: true));
}
