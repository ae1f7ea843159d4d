using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Cgroups;

namespace PSContainer.Commands;

/// <summary>Makes cgroups, with limits that hold before any process is in them.</summary>
[Cmdlet(VerbsCommon.New, "Cgroup", DefaultParameterSetName = LimitSet, SupportsShouldProcess = true)]
[Alias("ncg")]
[OutputType(typeof(Cgroup))]
public sealed class NewCgroupCommand : LimitCmdlet
{
    /// <summary>Names of the new cgroups, below the parent.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValueTransformation]
    public string[] Name { get; set; } = [];

    /// <summary>Paths of the new cgroups, from the root; instead of a name.</summary>
    [Parameter]
    [ValueTransformation]
    public string[] Path { get; set; } = [];

    /// <summary>The cgroup above; by default the root, or what is delegated to the user.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SingleCgroupTransformation]
    [ArgumentCompleter(typeof(CgroupCompleter))]
    public CgroupReference? Parent { get; set; }

    /// <summary>Controllers that it needs besides those of its limits and memory, cpu, pids and io.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(CgroupControllerCompleter))]
    [ValueTransformation]
    public string[] Controller { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        string? parent = null;
        bool found = Attempt(Parent?.Text, () =>
        {
            if (Name.Length == 0 && Path.Length == 0)
                throw new InvalidSpecException("The new cgroup has no name.", "Give a name, or a path with -Path.");
            if (Path.Length > 0 && Parent is not null)
                throw new InvalidSpecException("A path and a parent were given.", "Use -Name with -Parent, or -Path alone.");
            parent = Parent is null ? null : CgroupFinder.FindOne(Parent).Cgroup.Path;
        });
        if (!found)
            return;
        foreach (string name in Name)
            Attempt(name, () => Make(PSContainer.Cgroups.Cgroup.PathOfName(name, parent)));
        foreach (string path in Path)
            Attempt(path, () => Make(PSContainer.Cgroups.Cgroup.ResolvePath(path)));
    }

    private void Make(string path)
    {
        CgroupPlan plan = PSContainer.Cgroups.Cgroup.PlanCreation(path, Limits(), Controller);
        if (ShouldWrite(path, "Make a cgroup", plan.Describe()))
            WriteObject(PSContainer.Cgroups.Cgroup.Create(path, Limits(), Controller));
    }
}
