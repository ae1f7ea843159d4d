using System.Management.Automation;
using PSContainer.Binding;

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

    /// <inheritdoc/>
    protected override bool IsBackground => true;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (MyInvocation.ExpectingInput && TryTakePiped(InputObject, out IReadOnlyList<ContainerReference> piped))
            Process(piped);
        else
            base.ProcessRecord();
    }

    /// <inheritdoc/>
    protected override void Process(Container container) => Attempt(container, () =>
    {
        ExecOptions options = Options();
        if (ShouldProcess(container.Name, $"Execute '{string.Join(' ', options.Command)}'"))
            WriteObject(container.StartProcess(options));
    });
}
