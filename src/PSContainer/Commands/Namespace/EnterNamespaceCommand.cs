using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Namespaces;

namespace PSContainer.Commands;

/// <summary>Opens a shell in namespaces, on a terminal of its own.</summary>
[Cmdlet(VerbsCommon.Enter, "Namespace", DefaultParameterSetName = NamespaceSet)]
[Alias("etns")]
[OutputType(typeof(void))]
public sealed class EnterNamespaceCommand : NamespaceCommandCmdlet
{
    private readonly List<NamespaceReference> _all = [];

    /// <summary>The namespaces: names, numbers, files, processes, containers, or objects; all are joined together.</summary>
    [Parameter(ParameterSetName = NamespaceSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name", "InputObject")]
    [NamespaceTransformation]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public NamespaceReference[] Namespace { get; set; } = [];

    /// <summary>The shell and its arguments.</summary>
    [Parameter(Position = 1)]
    [CommandTransformation]
    public string[] Shell { get; set; } = ["/bin/sh"];

    /// <inheritdoc/>
    protected override void ProcessRecord() => _all.AddRange(Namespace);

    /// <inheritdoc/>
    protected override void EndProcessing() => Attempt(_all.FirstOrDefault()?.Text, () =>
    {
        AttachedProcess.Require("Use Invoke-NamespaceCommand, which needs no terminal.");
        using NamespaceCommand command = Prepare(_all, Shell, tty: true);
        CommandEnd.ReportEntered(this, AttachedProcess.Run(command.Command, StopToken), _all.FirstOrDefault()?.Text);
    });
}
