using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Cgroups;
using PSContainer.Containers;

namespace PSContainer.Commands;

/// <summary>Moves processes into a cgroup.</summary>
[Cmdlet(VerbsCommon.Add, "CgroupProcess", SupportsShouldProcess = true)]
[OutputType(typeof(Cgroup), typeof(Container))]
public sealed class AddCgroupProcessCommand : ContainerCmdlet
{
    private CgroupTarget? _target;

    /// <summary>The cgroup: a path, a name, or an object; also a container, for its.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [SingleCgroupTransformation]
    [ArgumentCompleter(typeof(CgroupCompleter))]
    public CgroupReference Cgroup { get; set; } = null!;

    /// <summary>Host pids of the processes.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id", "Pid")]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(ProcessIdCompleter))]
    [ValueTransformation]
    public int[] ProcessId { get; set; } = [];

    /// <summary>Moves process 1 too, and into a frozen cgroup what this session lives on, once that is confirmed.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Force { get; set; }

    /// <summary>Emits the cgroup, once.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        Attempt(Cgroup.Text, () => _target = CgroupFinder.FindOne(Cgroup));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (_target is null)
            return;
        Cgroup cgroup = _target.Cgroup.Refresh();
        foreach (int id in ProcessId)
        {
            Attempt(id, () =>
            {
                if (MayEndanger(Harm(cgroup, id), $"{id}", "move process", Force)
                    && ShouldWrite(cgroup.Path, $"Move process {id} into it", cgroup.PlanAdd(id)))
                    cgroup.AddProcess(id);
            });
        }
    }

    private static string? Harm(Cgroup cgroup, int id) =>
        id == 1 || (cgroup.IsFrozen && CallerSession.IsAncestor(id)) ? CallerSession.FindAmong([id]) : null;

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (PassThru && _target is not null)
            WriteObject(_target.Original);
    }
}
