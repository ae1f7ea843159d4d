using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Cgroups;
using PSContainer.Containers;

namespace PSContainer.Commands;

/// <summary>
/// Says what a process may really use, or would in a cgroup: the tightest limit of the cgroup and all above, and what the host has.
/// </summary>
[Cmdlet(VerbsCommon.Get, "CgroupEffectiveLimit", DefaultParameterSetName = ProcessSet)]
[OutputType(typeof(CgroupEffectiveLimit))]
public sealed class GetCgroupEffectiveLimitCommand : ContainerCmdlet
{
    private const string ProcessSet = "Process", CgroupSet = "Cgroup", ContainerSet = "Container";

    /// <summary>The processes; by default this one.</summary>
    [Parameter(ParameterSetName = ProcessSet, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Id", "Pid")]
    [ArgumentCompleter(typeof(ProcessIdCompleter))]
    [ValueTransformation]
    public int[]? ProcessId { get; set; }

    /// <summary>Cgroups: what a process of theirs may use.</summary>
    [Parameter(ParameterSetName = CgroupSet, Mandatory = true, ValueFromPipeline = true)]
    [Alias("Path", "InputObject")]
    [LimitedCgroupTransformation]
    [ArgumentCompleter(typeof(CgroupCompleter))]
    [SupportsWildcards]
    public CgroupReference[] Cgroup { get; set; } = [];

    /// <summary>Containers: what the first process of each may use.</summary>
    [Parameter(ParameterSetName = ContainerSet, Mandatory = true)]
    [ContainerTransformation]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [SupportsWildcards]
    public ContainerReference[] Container { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        switch (ParameterSetName)
        {
            case CgroupSet:
                foreach (CgroupTarget target in Resolve(Cgroup))
                    Attempt(target.Original, () => WriteObject(CgroupEffectiveLimit.Of(target.Cgroup)));
                break;
            case ContainerSet:
                foreach (Container container in Resolve(Container))
                    Attempt(container, () => WriteObject(container.GetEffectiveLimit()));
                break;
            default:
                foreach (int id in ProcessId ?? [Environment.ProcessId])
                    Attempt(id, () => WriteObject(CgroupEffectiveLimit.Of(id)));
                break;
        }
    }
}
