using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Cgroups;
using PSContainer.Views;

namespace PSContainer.Commands;

/// <summary>Lists cgroups: those right below the root, the named ones, or those of processes and containers.</summary>
[Cmdlet(VerbsCommon.Get, "Cgroup", DefaultParameterSetName = NameSet)]
[Alias("gcg")]
[OutputType(typeof(Cgroup))]
public sealed class GetCgroupCommand : ContainerCmdlet
{
    private const string NameSet = "Name", PathSet = "Path", ProcessSet = "Process", ContainerSet = "Container";
    private readonly HashSet<string> _emitted = new(StringComparer.Ordinal);

    /// <summary>Names or patterns; also objects.</summary>
    [Parameter(ParameterSetName = NameSet, Position = 0, ValueFromPipeline = true)]
    [CgroupTransformation]
    [ArgumentCompleter(typeof(CgroupCompleter))]
    [SupportsWildcards]
    public CgroupReference[]? Name { get; set; }

    /// <summary>Paths from the root, or directories below /sys/fs/cgroup; patterns level by level.</summary>
    [Parameter(ParameterSetName = PathSet, Mandatory = true)]
    [ArgumentCompleter(typeof(CgroupCompleter))]
    [SupportsWildcards]
    [ValueTransformation]
    public string[] Path { get; set; } = [];

    /// <summary>Processes whose cgroups are asked for.</summary>
    [Parameter(ParameterSetName = ProcessSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id", "Pid")]
    [ArgumentCompleter(typeof(ProcessIdCompleter))]
    [ValueTransformation]
    public int[] ProcessId { get; set; } = [];

    /// <summary>Containers whose cgroups are asked for.</summary>
    [Parameter(ParameterSetName = ContainerSet, Mandatory = true)]
    [ContainerTransformation]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [SupportsWildcards]
    public ContainerReference[] Container { get; set; } = [];

    /// <summary>Also all cgroups below.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Recurse { get; set; }

    /// <summary>How many levels below, with -Recurse; alone it turns that on.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    [ValueTransformation]
    public int? Depth { get; set; }

    private int Levels => Depth ?? (Recurse ? int.MaxValue : 0);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        switch (ParameterSetName)
        {
            case PathSet:
                Emit(Path.Select(path => new CgroupReference(path)));
                break;
            case ContainerSet:
                Emit(Resolve(Container).Select(container => new CgroupReference(container)));
                break;
            case ProcessSet:
                foreach (int id in ProcessId)
                    Attempt(id, () => EmitAll(Cgroup.OpenOfProcess(id)));
                break;
            case NameSet when Name is null:
                EmitAll(CgroupFinder.TryOpen(Cgroup.DelegatedRoot)?.GetChildren() ?? []);
                break;
            default:
                Emit(Name!);
                break;
        }
    }

    private void Emit(IEnumerable<CgroupReference> references) => EmitAll(Resolve(references).Select(target => target.Cgroup));

    private void EmitAll(IEnumerable<Cgroup> cgroups)
    {
        Cgroup[] all = [.. cgroups];
        foreach (Cgroup cgroup in all)
            Walk(cgroup, Levels, "", "");
    }

    private void Walk(Cgroup cgroup, int levels, string prefix, string below)
    {
        StopToken.ThrowIfCancellationRequested();
        Write(cgroup, prefix);
        if (levels == 0)
            return;
        IReadOnlyList<Cgroup> children = cgroup.GetChildren();
        for (int i = 0; i < children.Count; i++)
        {
            bool isLast = i == children.Count - 1;
            Walk(children[i], levels - 1, below + (isLast ? "└─" : "├─"), below + (isLast ? "  " : "│ "));
        }
    }

    private void Write(Cgroup cgroup, string prefix)
    {
        if (!_emitted.Add(cgroup.Path))
            return;
        CgroupTree.Remember(cgroup, prefix);
        WriteObject(cgroup);
    }
}
