using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Namespaces;
using PSContainer.Proc;

namespace PSContainer.Commands;

/// <summary>Lists namespaces: all of this host, those of processes and containers, or those of a name, a number or a file.</summary>
[Cmdlet(VerbsCommon.Get, "Namespace", DefaultParameterSetName = AllSet)]
[Alias("gns")]
[OutputType(typeof(Namespace))]
public sealed class GetNamespaceCommand : NamespaceCmdlet
{
    private const string AllSet = "All", InputSet = "Input", ProcessSet = "Process", ContainerSet = "Container", PathSet = "Path",
        LiteralSet = "LiteralPath";
    private readonly HashSet<Namespace> _written = [];

    /// <summary>What they were called when they were made; patterns are taken.</summary>
    [Parameter(ParameterSetName = AllSet, Position = 0)]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    [SupportsWildcards]
    [ValueTransformation]
    public string[] Name { get; set; } = [];

    /// <summary>Only these types.</summary>
    [Parameter]
    [NamespaceTypeTransformation]
    public NamespaceType[] Type { get; set; } = [];

    /// <summary>Their numbers, as in net:[4026531840].</summary>
    [Parameter(ParameterSetName = AllSet)]
    [ValueTransformation]
    public ulong[] Inode { get; set; } = [];

    /// <summary>Those that processes are in, by pid.</summary>
    [Parameter(ParameterSetName = ProcessSet, Mandatory = true)]
    [Alias("Id", "Pid")]
    [ArgumentCompleter(typeof(ProcessIdCompleter))]
    [ValueTransformation]
    public int[] ProcessId { get; set; } = [];

    /// <summary>Those that containers are in.</summary>
    [Parameter(ParameterSetName = ContainerSet, Mandatory = true)]
    [ContainerTransformation]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [SupportsWildcards]
    public ContainerReference[] Container { get; set; } = [];

    /// <summary>Those of files, as /proc/PID/ns/net or /run/netns/NAME.</summary>
    [Parameter(ParameterSetName = PathSet, Mandatory = true)]
    [SupportsWildcards]
    [ValueTransformation]
    public string[]? Path { get; set; }

    /// <summary>As -Path, without wildcards.</summary>
    [Parameter(ParameterSetName = LiteralSet, Mandatory = true)]
    [Alias("PSPath", "LP")]
    [ValueTransformation]
    public string[]? LiteralPath { get; set; }

    /// <summary>Processes, containers and namespaces of the pipeline.</summary>
    [Parameter(ParameterSetName = InputSet, Mandatory = true, ValueFromPipeline = true)]
    [Alias("InputObject")]
    [NamespaceTransformation]
    public NamespaceReference[] Namespace { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        switch (ParameterSetName)
        {
            case InputSet:
                Write(Resolve(Namespace));
                break;
            case ProcessSet:
                Write(Resolve(Together(null, ProcessId, null)));
                break;
            case ContainerSet:
                Write(Resolve(Together(null, null, Resolve(Container))));
                break;
            case PathSet or LiteralSet:
                Write(Resolve(HostPathsOf(Path, LiteralPath).Select(path => new NamespaceReference(path, () => [Store.OfPath(path)]))));
                break;
            default:
                Write(All());
                break;
        }
    }

    private IEnumerable<Namespace> All()
    {
        if (Name.Length == 0 && Inode.Length == 0)
            return Store.List();
        IEnumerable<NamespaceReference> byName = Name.Select(name => new NamespaceReference(name, () => NamespaceReference.FindByName(Store, name)));
        IEnumerable<Namespace> named = Resolve(byName);
        if (Inode.Length == 0)
            return named;
        return Name.Length > 0 ? named.Where(one => Inode.Contains(one.Inode)) : Resolve(Inode.Select(inode => NamespaceReference.OfInode(inode, null)));
    }

    // Two processes of the pipeline that share a namespace do not make two of it.
    private void Write(IEnumerable<Namespace> namespaces)
    {
        foreach (Namespace one in namespaces)
        {
            StopToken.ThrowIfCancellationRequested();
            if ((Type.Length == 0 || Type.Contains(one.Type)) && _written.Add(one))
                WriteObject(one);
        }
    }
}
