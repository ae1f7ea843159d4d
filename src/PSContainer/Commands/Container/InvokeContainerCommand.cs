using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers;
using PSContainer.Containers.Options;

namespace PSContainer.Commands;

/// <summary>Runs a command in a new container and waits for it; its output is the cmdlet's, and nothing is left of it.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "Container", DefaultParameterSetName = SpecSet, SupportsShouldProcess = true)]
[Alias("Run-Container")]
[OutputType(typeof(string))]
public sealed class InvokeContainerCommand : ContainerCreateCmdlet
{
    private ContainerRun? _run;
    private NativePipeline? _pipeline;
    private CommandDeadline? _deadline;
    private readonly CancellationTokenSource _over = new();
    private bool _isGiven, _hasWritten;
    private bool _isPiped;
    private string _command = "";

    /// <summary>
    /// The root filesystem: a directory, a mounted overlay, or Host for the host's own below an empty layer. From the pipeline only
    /// when it is not given otherwise; then the command has no input, and runs once for each.
    /// </summary>
    [Parameter(ParameterSetName = CreateSet, Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Binding.RootfsTransformation]
    [ArgumentCompleter(typeof(Binding.RootfsCompleter))]
    public override RootfsSource? Rootfs { get; set; }

    /// <summary>What the command reads from standard input, line by line.</summary>
    [Parameter(ParameterSetName = CreateSet, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = SpecSet, ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>A file that is the command's standard input, byte by byte.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Parameter(ParameterSetName = SpecSet)]
    [Binding.OneHostPathTransformation]
    public string? InFile { get; set; }

    /// <summary>A file that gets the command's standard output as it is; one that exists is overwritten.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Parameter(ParameterSetName = SpecSet)]
    [Binding.OneHostPathTransformation]
    public string? OutFile { get; set; }

    /// <summary>Writes standard output as arrays of bytes, as they come, instead of lines of text.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Parameter(ParameterSetName = SpecSet)]
    [ValueTransformation]
    public SwitchParameter AsByteStream { get; set; }

    /// <summary>Ends with an error when the command's exit code is not 0.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Parameter(ParameterSetName = SpecSet)]
    [ValueTransformation]
    public SwitchParameter ErrorOnExitCode { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _isPiped = MyInvocation.ExpectingInput && MyInvocation.BoundParameters.ContainsKey(nameof(Rootfs))
            && Written?.HasPlaceTaken(nameof(Rootfs)) == true;
        // In `Get-Item ./alpine | Invoke-Container -- ls` the word ls took the place of the root.
        if (_isPiped)
            Command = [Written!.First?.Text ?? Rootfs!.ToString(), .. Command];
        _isGiven = !_isPiped
            && (MyInvocation.BoundParameters.ContainsKey(nameof(Rootfs)) || MyInvocation.BoundParameters.ContainsKey(nameof(Spec)));
        if (_isGiven)
            Begin();
    }

    private object? Target => (object?)Rootfs ?? Spec;

    private void Begin() => Attempt(Target, Prepare);

    private void Prepare()
    {
        ContainerOptions options = Checked();
        _command = CommandOf(options)[0];
        var streams = StreamRequest.Of(this, !_isGiven, AsByteStream, InFile, OutFile);
        if (!ShouldCreate(options, $"Run '{string.Join(' ', CommandOf(options))}' in a new container"))
            return;
        streams = streams.Prepared(_hasWritten);
        _hasWritten = true;
        ContainerRun run = ContainerEngine.Default.PrepareRun(options);
        _run = run;
        if (Timeout is { } time)
        {
            _deadline = new CommandDeadline(
                time, () => Ending.Insist(() => Kill(run), _over.Token), () => _pipeline is { HasEnded: true });
        }
        if (!HasTerminal)
            _pipeline = new NativePipeline(this, run.Command, streams, StopToken);
    }

    private RootfsSource RootOf(PSObject? piped)
    {
        try
        {
            var engine = (EngineIntrinsics)GetVariableValue("ExecutionContext");
            // By property name as by value, as the binder would.
            object? value = piped?.Properties[nameof(Rootfs)]?.Value ?? piped;
            return (RootfsSource)new Binding.RootfsTransformationAttribute().Transform(engine, value)!;
        }
        catch (ArgumentTransformationMetadataException exception)
        {
            throw new InvalidSpecException(exception.Message);
        }
    }

    private ContainerOptions Checked()
    {
        ContainerOptions options = Options();
        if (CommandOf(options).Count == 0)
            throw new InvalidSpecException("There is no command to run.", "Write it after --, as: -- cat /etc/os-release");
        if (HasTerminal)
            AttachedProcess.RequireNoStreams(InFile, OutFile, AsByteStream);
        if (HasTerminal)
            AttachedProcess.Require(Spec is null ? "Leave out -Tty." : "Set process.terminal to false.");
        return options;
    }

    private static IReadOnlyList<string> CommandOf(ContainerOptions options) => options.Spec is { } spec ? spec.Process?.Args ?? [] : options.Command;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!_isGiven)
        {
            if (_isPiped && !Attempt(InputObject, () => Rootfs = RootOf(InputObject)))
                return;
            Begin();
            End();
        }
        else if (_deadline is { HasPassed: true } late)
            EndLate(late);
        else if (MyInvocation.ExpectingInput)
            _pipeline?.Process(InputObject);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_isGiven)
            End();
        _over.Cancel();
    }

    private void End()
    {
        if (_run is null)
            return;
        CommandOutcome? outcome = _pipeline?.End();
        if (outcome is null)
            Attempt(_run.Container, () => outcome = AttachedProcess.Run(_run.Command, StopToken));
        if (outcome is not null)
            Report(outcome);
        Release();
    }

    // What the next root or configuration of the pipeline starts anew.
    private void Release()
    {
        _deadline?.Dispose();
        _pipeline?.Dispose();
        _run?.Dispose();
        (_deadline, _pipeline, _run) = (null, null, null);
    }

    private void Report(CommandOutcome outcome)
    {
        if (_deadline is { HasKilled: true } late)
        {
            WriteError(ErrorRecords.Create(late.Error(), Target));
            return;
        }
        CommandEnd.Report(this, outcome, _command, Target, "", ErrorOnExitCode);
    }

    // Only an error that ends the cmdlet ends the commands before it, which may go on for ever.
    private void EndLate(CommandDeadline deadline)
    {
        _pipeline?.End();
        ThrowTerminatingError(ErrorRecords.Create(deadline.Error(), Target));
    }

    private static bool Kill(ContainerRun run)
    {
        run.Kill();
        return run.Container.HasExited;
    }

    // PowerShell stops the cmdlet, but not what a cmdlet runs inside of itself.
    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        base.StopProcessing();
        if (_run is { } run)
            Ending.Insist(() => Kill(run), _over.Token);
    }

    /// <inheritdoc/>
    protected override void Failed(ContainerException exception) => SetExitCode(exception);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _over.Cancel();
            Release();
        }
        base.Dispose(disposing);
    }
}
