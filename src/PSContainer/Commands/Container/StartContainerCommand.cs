using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers;
using PSContainer.Containers.Options;

namespace PSContainer.Commands;

/// <summary>Starts containers that exist, or makes one and starts it; either way in the background.</summary>
[Cmdlet(VerbsLifecycle.Start, "Container", DefaultParameterSetName = ExistingSet, SupportsShouldProcess = true)]
[Alias("sact")]
[OutputType(typeof(Container))]
public sealed class StartContainerCommand : DetachedCreateCmdlet
{
    private const string ExistingSet = "Existing", NameSet = "Name";

    /// <summary>Containers that exist: names, ids, beginnings of ids, patterns, or objects.</summary>
    [Parameter(ParameterSetName = ExistingSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Id", "InputObject")]
    [ContainerTransformation]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [SupportsWildcards]
    public ContainerReference[] Container { get; set; } = [];

    /// <summary>With -Rootfs the new container's name; without, the name of one that exists.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Parameter(ParameterSetName = SpecSet)]
    [Parameter(ParameterSetName = NameSet, Mandatory = true)]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [ValueTransformation]
    public override string? Name { get; set; }

    /// <inheritdoc/>
    protected override bool IsBackground => true;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (MakesContainer)
        {
            Attempt((object?)Rootfs ?? Spec, Create);
            return;
        }
        foreach (Container container in Resolve((ParameterSetName == NameSet ? [new(Name!)] : Container).Where(IsNoPath)))
            Start(container);
    }

    // No name has a slash: who writes a path means the root filesystem of a new container.
    private bool IsNoPath(ContainerReference reference) =>
        reference.Container is not null || !reference.Text.Contains('/', StringComparison.Ordinal) || Attempt(
            reference.Text,
            () => throw new ContainerNotFoundException(
                reference.Text, $"A root filesystem is given by its parameter, as: Start-Container -Rootfs {reference.Text}"));

    private void Create()
    {
        ContainerOptions options = Options();
        if (ShouldCreate(options, "Make a container and start it"))
            WriteObject(ContainerEngine.Default.Start(options));
    }

    private void Start(Container container)
    {
        string command = container.Command.Count > 0 ? $"'{string.Join(' ', container.Command)}'" : "the built-in init";
        if (ShouldProcess(container.Name, $"Start {command}") && Attempt(container, container.Start))
            WriteObject(container);
    }
}
