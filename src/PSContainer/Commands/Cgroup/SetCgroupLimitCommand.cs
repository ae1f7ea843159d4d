using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Cgroups;
using PSContainer.Cgroups.Limits;
using PSContainer.Containers;

namespace PSContainer.Commands;

/// <summary>Changes limits of cgroups and containers while processes run in them.</summary>
[Cmdlet(VerbsCommon.Set, "CgroupLimit", DefaultParameterSetName = LimitSet, SupportsShouldProcess = true)]
[Alias("scgl")]
[OutputType(typeof(Cgroup), typeof(Container))]
public sealed class SetCgroupLimitCommand : LimitCmdlet
{
    /// <summary>The cgroups and containers: paths, names, patterns, objects.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name", "Path", "Container", "InputObject")]
    [CgroupTransformation]
    [ArgumentCompleter(typeof(CgroupCompleter))]
    [SupportsWildcards]
    public CgroupReference[] Cgroup { get; set; } = [];

    /// <summary>Sets a limit below what is used where the session or the system may end with it, once that is confirmed.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Force { get; set; }

    /// <summary>Emits what came in: cgroups, or containers.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        CgroupLimit limits = new();
        if (!Attempt(null, () => limits = Given()))
            return;
        foreach (CgroupTarget target in Resolve(Cgroup))
            Attempt(target.Original, () => Change(target, limits));
    }

    private CgroupLimit Given() => Limits() is { IsEmpty: false } limits
        ? limits
        : throw new InvalidSpecException(
            "No limit was given.", "Name at least one, as -MemoryMax 512MB; see about_PSContainer_Limits.");

    // Below what is used the kernel ends processes, and chooses which.
    private static string? Harm(Cgroup cgroup, CgroupLimit limits) =>
        limits.MemoryMax is >= 0 and var most && cgroup.MemoryCurrent > most ? CallerSession.FindAmong(cgroup.GetProcessIds()) : null;

    private void Change(CgroupTarget target, CgroupLimit limits)
    {
        Cgroup cgroup = target.Cgroup.Refresh();
        if (!MayEndanger(Harm(cgroup, limits), cgroup.Path, "limit to less memory than it uses", Force))
            return;
        if (!ShouldWrite(cgroup.Path, "Change limits", cgroup.PlanLimits(limits)))
            return;
        // A container's record and configuration have to know; also when its cgroup was named, not the container itself.
        if ((target.Container ?? ContainerEngine.Default.FindByCgroup(cgroup.Path)) is { } container)
            container.SetLimits(limits);
        else
            cgroup.Apply(limits);
        if (PassThru)
            WriteObject(target.Original);
    }
}
