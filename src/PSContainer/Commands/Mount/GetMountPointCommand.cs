using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.FileSystems;

namespace PSContainer.Commands;

/// <summary>Lists what is mounted, here or as a process or container sees it.</summary>
[Cmdlet(VerbsCommon.Get, "MountPoint", DefaultParameterSetName = HereSet)]
[OutputType(typeof(MountPoint))]
public sealed class GetMountPointCommand : MountCmdlet
{
    private const string HereSet = "Here", InputSet = "Input", ProcessSet = "Process", ContainerSet = "Container",
        NamespaceSet = "Namespace";

    /// <summary>Paths that something is mounted on, or patterns; without, all.</summary>
    [Parameter(Position = 0)]
    [MountPointTransformation]
    [ArgumentCompleter(typeof(MountPointCompleter))]
    [SupportsWildcards]
    public MountPointReference[]? Path { get; set; }

    /// <summary>Only these types of filesystems, or patterns.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FileSystemTypeCompleter))]
    [SupportsWildcards]
    [ValueTransformation]
    public string[] Type { get; set; } = [];

    /// <summary>Processes whose mounts are meant.</summary>
    [Parameter(ParameterSetName = ProcessSet, Mandatory = true)]
    [Alias("Id", "Pid")]
    [ArgumentCompleter(typeof(ProcessIdCompleter))]
    [ValueTransformation]
    public int[] ProcessId { get; set; } = [];

    /// <summary>Containers whose mounts are meant.</summary>
    [Parameter(ParameterSetName = ContainerSet, Mandatory = true)]
    [ContainerTransformation]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [SupportsWildcards]
    public ContainerReference[] Container { get; set; } = [];

    /// <summary>Mount namespaces that are meant.</summary>
    [Parameter(ParameterSetName = NamespaceSet, Mandatory = true)]
    [NamespaceTransformation]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public NamespaceReference[] Namespace { get; set; } = [];

    /// <summary>Processes, containers and namespaces of the pipeline, for all that they see; also mounts, overlays and directories.</summary>
    [Parameter(ParameterSetName = InputSet, Mandatory = true, ValueFromPipeline = true)]
    [Alias("InputObject")]
    [MountViewTransformation]
    public MountViewReference[] View { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        IEnumerable<MountViewReference> views = ParameterSetName switch
        {
            InputSet => View,
            ProcessSet => ProcessId.Select(MountViewReference.OfProcess),
            ContainerSet => Resolve(Container).Select(MountViewReference.OfContainer),
            NamespaceSet => [MountViewReference.OfNamespaces(Namespace)],
            _ => [new("", PSContainer.FileSystems.MountPoint.List)],
        };
        foreach (MountViewReference view in views)
            Attempt(view.Text, () => Write(view));
    }

    private void Write(MountViewReference view)
    {
        IReadOnlyList<MountPoint> all = view.List();
        // Of namespaces that are piped together only one has mounts, and is asked for a path.
        if (all.Count == 0)
            return;
        WildcardPattern[] types = [.. Type.Select(type => new WildcardPattern(type))];
        IEnumerable<MountPoint> found = Path is null ? all : Resolve(Path, () => all);
        foreach (MountPoint mount in found)
        {
            if (types.Length == 0 || types.Any(type => type.IsMatch(mount.Type)))
                WriteObject(mount);
        }
    }
}
