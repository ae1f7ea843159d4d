using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers;
using PSContainer.Containers.Insight;
using PSContainer.Containers.Options;

namespace PSContainer.Commands;

/// <summary>Executes a command in containers in the background, with a log of its own.</summary>
[Cmdlet(VerbsLifecycle.Start, "ContainerProcess", SupportsShouldProcess = true)]
[OutputType(typeof(ContainerProcess))]
public sealed class StartContainerProcessCommand : ContainerExecCmdlet
{
    /// <summary>The containers: names, ids, beginnings of ids, patterns, or objects.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name", "Id")]
    [ContainerTransformation]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [SupportsWildcards]
    public override ContainerReference[] Container { get; set; } = [];

    /// <summary>A container, where the command on the command line took its place.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    [ValueTransformation]
    public PSObject? InputObject { get; set; }

    private bool _isNamed;

    /// <inheritdoc/>
    protected override bool IsBackground => true;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _isNamed = MyInvocation.BoundParameters.ContainsKey(nameof(Container));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (MyInvocation.ExpectingInput && TryTakePiped(InputObject, out IReadOnlyList<ContainerReference> piped))
            Process(piped);
        else if (MyInvocation.ExpectingInput && _isNamed)
            Refuse();
        else
            base.ProcessRecord();
    }

    // It would start the command once for each object, with none of them as its input.
    private void Refuse()
    {
        var refused = new InvalidSpecException(
            $"'{InputObject}' came through the pipeline, but a command in the background has no standard input.",
            "Run it with Invoke-ContainerCommand, or write the input to a file of the container with Set-ContainerContent. A "
            + "container is named either on the command line or through the pipeline, with -- before the command.");
        ThrowTerminatingError(ErrorRecords.Create(refused, InputObject));
    }

    /// <inheritdoc/>
    protected override void Process(Container container) => Attempt(container, () =>
    {
        ExecOptions options = Options();
        if (ShouldProcess(container.Name, $"Execute '{string.Join(' ', options.Command)}'"))
            WriteObject(container.StartProcess(options));
    });
}
