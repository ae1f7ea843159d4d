using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers;
using PSContainer.Containers.Insight;
using PSContainer.Namespaces;

namespace PSContainer.Commands;

/// <summary>Runs a command in namespaces and waits for it; its output is the cmdlet's.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "NamespaceCommand", DefaultParameterSetName = NamespaceSet)]
[OutputType(typeof(string))]
public sealed class InvokeNamespaceCommandCommand : NamespaceCommandCmdlet
{
    private readonly List<NamespaceReference> _piped = [];
    private readonly CancellationTokenSource _over = new();
    private NamespaceCommand? _command;
    private NativePipeline? _pipeline;
    private CommandDeadline? _deadline;
    private bool _hasEnded, _hasFailed;

    /// <summary>The namespaces: names, numbers, files, processes, containers, or objects; all are joined together.</summary>
    [Parameter(ParameterSetName = NamespaceSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name")]
    [NamespaceTransformation]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public NamespaceReference[] Namespace { get; set; } = [];

    /// <summary>The command and its arguments, after <c>--</c>.</summary>
    [Parameter(ParameterSetName = NamespaceSet, Position = 1, ValueFromRemainingArguments = true)]
    [Parameter(ParameterSetName = ProcessSet, Position = 0, ValueFromRemainingArguments = true)]
    [Parameter(ParameterSetName = ContainerSet, Position = 0, ValueFromRemainingArguments = true)]
    [CommandTransformation]
    public string[] Command { get; set; } = [];

    /// <summary>A line for /bin/sh -c, instead of a command.</summary>
    [Parameter]
    [ValueTransformation]
    public string? ShellCommand { get; set; }

    /// <summary>What the command reads from standard input, line by line.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>A file that is the command's standard input, byte by byte.</summary>
    [Parameter]
    [OneHostPathTransformation]
    public string? InFile { get; set; }

    /// <summary>A file that gets the command's standard output as it is; one that exists is overwritten.</summary>
    [Parameter]
    [OneHostPathTransformation]
    public string? OutFile { get; set; }

    /// <summary>Writes standard output as arrays of bytes, as they come, instead of lines of text.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter AsByteStream { get; set; }

    /// <summary>Kills the command after this time; a number is seconds.</summary>
    [Parameter]
    [DurationTransformation]
    public TimeSpan? Timeout { get; set; }

    /// <summary>Ends with an error when the command's exit code is not 0.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter ErrorOnExitCode { get; set; }

    /// <summary>Letters that may be a parameter's or the command's: refused.</summary>
    [Parameter(DontShow = true)]
    [Alias("c", "e", "i", "o", "p", "t", "w")]
    [ValueTransformation]
    public SwitchParameter UnclearLetter { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (UnclearLetter)
        {
            Require<object?>(null, () =>
            {
                DockerFlag.RefuseUnclear(MyInvocation.MyCommand, Written);
                return null;
            });
        }
        Command = ReadCommand(Command);
        // With input, the first of it decides: namespaces were piped, or lines for standard input.
        if (!MyInvocation.ExpectingInput)
            Begin();
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!MyInvocation.ExpectingInput)
            return;
        if (_pipeline is null && TryTakePiped())
            return;
        if (_pipeline is null && !_hasFailed)
            Begin();
        if (_pipeline is not null && _deadline is { HasPassed: true } late)
            EndLate(_pipeline, late);
        else
            _pipeline?.Process(InputObject);
    }

    // In `$ns | Invoke-NamespaceCommand -- ip addr` the word ip took the place of the namespaces.
    private bool TryTakePiped()
    {
        bool isNamed = MyInvocation.BoundParameters.ContainsKey(nameof(Namespace)) && _piped.Count == 0;
        bool isTarget = InputObject?.BaseObject is PSContainer.Namespaces.Namespace or PSContainer.Containers.Container or ContainerProcess
            or System.Diagnostics.Process || NamespaceTransformationAttribute.IsRemnant(InputObject);
        if (ParameterSetName != NamespaceSet || !(isTarget || (isNamed && IsPlaceTaken)))
            return false;
        if (_piped.Count == 0 && IsWord(Namespace, InputObject!, out string word))
            Command = [word, .. Command];
        else if (_piped.Count == 0 && isNamed && !IsSame(Namespace, InputObject!))
            return false;
        _piped.AddRange((NamespaceReference[])new NamespaceTransformationAttribute().Transform(null!, InputObject)!);
        return true;
    }

    private bool IsPlaceTaken => Written?.HasPlaceTaken(nameof(Namespace)) == true;

    private static bool IsWord(NamespaceReference[] bound, PSObject piped, out string word)
    {
        word = bound is [var only] ? only.Text : "";
        return bound.Length == 1 && !IsSame(bound, piped);
    }

    private static bool IsSame(NamespaceReference[] bound, PSObject piped) =>
        ((NamespaceReference[])new NamespaceTransformationAttribute().Transform(null!, piped)!).Select(one => one.Text)
            .SequenceEqual(bound.Select(one => one.Text));

    private void Begin() => _hasFailed = !Attempt(null, Prepare);

    private void Prepare()
    {
        string[] command = Words();
        StreamRequest streams = StreamRequest.Of(this, _piped.Count > 0, AsByteStream, InFile, OutFile).Prepared(goesOn: false);
        NamespaceCommand prepared = Prepare(_piped.Count > 0 ? _piped : Namespace, command, tty: false);
        _command = prepared;
        if (Timeout is { } time)
        {
            _deadline = new CommandDeadline(
                time, () => Ending.Insist(prepared.Kill, _over.Token), () => _pipeline is { HasEnded: true });
        }
        _pipeline = new NativePipeline(this, prepared.Command, streams, StopToken);
    }

    private string[] Words() => ShellCommand is null == (Command.Length == 0)
        ? throw new InvalidSpecException(
            "Either a command or -ShellCommand is needed, and not both.", "Write the command after --, as: -- ip addr")
        : ShellCommand is null ? Command : ["/bin/sh", "-c", ShellCommand];

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        // Of a pipeline that brought no namespace there is nothing to do.
        bool isNothing = _piped.Count == 0 && ParameterSetName == NamespaceSet && IsPlaceTaken;
        if (_pipeline is null && !_hasFailed && !isNothing)
            Begin();
        if (_pipeline is null)
            return;
        CommandOutcome outcome = EndPipeline(_pipeline);
        if (_deadline is { HasKilled: true } late)
        {
            WriteError(ErrorRecords.Create(late.Error(), null));
            return;
        }
        CommandEnd.Report(this, outcome, ShellCommand is null ? Command[0] : "/bin/sh", null, "", ErrorOnExitCode);
    }

    private CommandOutcome EndPipeline(NativePipeline pipeline)
    {
        CommandOutcome outcome = pipeline.End();
        _hasEnded = true;
        _over.Cancel();
        return outcome;
    }

    // Only an error that ends the cmdlet ends the commands before it, which may go on for ever.
    private void EndLate(NativePipeline pipeline, CommandDeadline deadline)
    {
        EndPipeline(pipeline);
        ThrowTerminatingError(ErrorRecords.Create(deadline.Error(), null));
    }

    // PowerShell stops the cmdlet, but not what a cmdlet runs inside of itself.
    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        base.StopProcessing();
        if (_command is { } command)
            Ending.Insist(command.Kill, _over.Token);
    }

    /// <inheritdoc/>
    protected override void Failed(ContainerException exception) => SetExitCode(exception);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // A later command of the pipeline has enough: a command that writes nothing more would not notice.
            if (_command is { } command && _pipeline is not null && !_hasEnded)
                Ending.Insist(command.Kill, _over.Token);
            _over.Cancel();
            _deadline?.Dispose();
            _pipeline?.Dispose();
            _command?.Dispose();
        }
        base.Dispose(disposing);
    }
}
