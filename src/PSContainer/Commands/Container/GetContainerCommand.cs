using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers;
using PSContainer.State;

namespace PSContainer.Commands;

/// <summary>Lists containers, in whatever state they are.</summary>
[Cmdlet(VerbsCommon.Get, "Container", DefaultParameterSetName = NameSet)]
[Alias("gct")]
[OutputType(typeof(Container))]
public sealed class GetContainerCommand : ContainerCmdlet
{
    private const string NameSet = "Name", IdSet = "Id", ProcessSet = "Process";

    /// <summary>Names or patterns; also ids and objects.</summary>
    [Parameter(ParameterSetName = NameSet, Position = 0, ValueFromPipeline = true)]
    [Alias("Container", "InputObject")]
    [ContainerTransformation]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [SupportsWildcards]
    public ContainerReference[]? Name { get; set; }

    /// <summary>Ids, or how they begin.</summary>
    [Parameter(ParameterSetName = IdSet, Mandatory = true)]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [ValueTransformation]
    public string[] Id { get; set; } = [];

    /// <summary>Processes of the host: finds the containers that they belong to.</summary>
    [Parameter(ParameterSetName = ProcessSet, Mandatory = true, ValueFromPipeline = true)]
    [ValueTransformation]
    public System.Diagnostics.Process[] Process { get; set; } = [];

    /// <summary>Only containers in these states.</summary>
    [Parameter]
    [ValueTransformation]
    public ContainerStatus[]? State { get; set; }

    /// <summary>Only containers with these labels; a value may be a pattern.</summary>
    [Parameter]
    [PairsTransformation]
    public System.Collections.IDictionary? Label { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        Container[] selected = [];
        if (Name is null && ParameterSetName == NameSet)
            Attempt(null, () => selected = [.. ContainerEngine.Default.List().Order()]);
        else if (ParameterSetName == ProcessSet)
        {
            Attempt(Process, () => selected =
                [.. Process.Select(one => ContainerEngine.Default.FindByProcess(one.Id)).OfType<Container>()]);
        }
        else
            selected = [.. Named()];
        foreach (Container container in selected.Where(Fits))
            WriteObject(container);
    }

    private IEnumerable<Container> Named() => ParameterSetName == IdSet
        ? Resolve(Id.Select(id => new ContainerReference(id))).Where(container => Id.Any(id => BeginsWith(container, id)))
        : Resolve(Name!);

    private static bool BeginsWith(Container container, string id) => container.Id.StartsWith(id, StringComparison.Ordinal);

    private bool Fits(Container container) =>
        (State is null || State.Contains(container.State))
        && Dictionaries.Values(Label).All(wanted => container.Labels.TryGetValue(wanted.Key, out string? value)
            && new WildcardPattern(wanted.Value).IsMatch(value));
}
