using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Cgroups;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Containers;

namespace PSContainer.Commands;

/// <summary>Removes cgroups.</summary>
[Cmdlet(VerbsCommon.Remove, "Cgroup", SupportsShouldProcess = true)]
[Alias("rcg")]
[OutputType(typeof(void))]
public sealed class RemoveCgroupCommand : CgroupTargetCmdlet
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Also removes the cgroups below.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Recurse { get; set; }

    /// <summary>Kills the processes in it first; where the session or the system may end with it, once that is confirmed.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void Process(CgroupTarget target)
    {
        Cgroup cgroup = target.Cgroup.Refresh();
        Attempt(target.Original, () =>
        {
            cgroup.RequireRemovable(Recurse, Force);
            if (!MayEndanger(CallerSession.FindAmong(cgroup.GetProcessIds()), cgroup.Path, "end", Force))
                return;
            if (!ShouldWrite(cgroup.Path, "Remove the cgroup", Steps(cgroup)))
                return;
            if (Force && cgroup.HasProcesses())
                cgroup.Stop(null, Patience, StopToken);
            cgroup.Remove();
        });
    }

    private IEnumerable<CgroupFileWrite> Steps(Cgroup cgroup) =>
    [
        .. Force && cgroup.HasProcesses() ? cgroup.PlanKill() : [],
        .. Directories(cgroup),
    ];

    private static IEnumerable<CgroupFileWrite> Directories(Cgroup cgroup) =>
        cgroup.GetChildren().SelectMany(Directories)
            .Concat(cgroup.Directories.Select(one => new CgroupFileWrite(one, "", "rmdir")));
}
