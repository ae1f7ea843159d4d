using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Cgroups.Limits;

namespace PSContainer.Commands;

/// <summary>Reads the limits of cgroups and containers; what is $null is not limited.</summary>
[Cmdlet(VerbsCommon.Get, "CgroupLimit")]
[OutputType(typeof(CgroupLimit))]
public sealed class GetCgroupLimitCommand : CgroupTargetCmdlet
{
    /// <inheritdoc/>
    protected override void Process(CgroupTarget target) =>
        Attempt(target.Original, () => WriteObject(target.Cgroup.Refresh().ReadLimits()));
}
