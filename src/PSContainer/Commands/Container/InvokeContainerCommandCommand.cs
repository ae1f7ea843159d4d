using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers;
using PSContainer.Containers.Options;

namespace PSContainer.Commands;

/// <summary>Executes a command in containers and waits for it; its output is the cmdlet's.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "ContainerCommand")]
[Alias("ict", "Exec-Container")]
[OutputType(typeof(string))]
public sealed class InvokeContainerCommandCommand : ContainerExecCmdlet
{
    private readonly List<object?> _input = [];
    private bool _takesInput, _hasBegun, _hasWritten;
    private Container[] _named = [];
    private Execution? _running;

    /// <summary>The containers: names, ids, beginnings of ids, patterns, or objects.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name", "Id")]
    [ContainerTransformation]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [SupportsWildcards]
    public override ContainerReference[] Container { get; set; } = [];

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

    /// <summary>Gives the command a terminal: the console.</summary>
    [Parameter]
    [Alias("t")]
    [ValueTransformation]
    public SwitchParameter Tty { get; set; }

    /// <summary>Kills the command after this time; a number is seconds.</summary>
    [Parameter]
    [DurationTransformation]
    public TimeSpan? Timeout { get; set; }

    /// <summary>Ends with an error when the command's exit code is not 0.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter ErrorOnExitCode { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        // Containers named on the command line: then the pipeline is standard input.
        _takesInput = MyInvocation.BoundParameters.ContainsKey(nameof(Container));
        // With input the first of it decides what the words on the command line are.
        if (_takesInput && !MyInvocation.ExpectingInput)
            BeginNamed();
    }

    private void BeginNamed()
    {
        _hasBegun = true;
        _named = [.. Resolve(Container)];
        if (_named is [var only] && !Tty)
            Attempt(only, () => _running = new Execution(this, only));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!_takesInput)
            base.ProcessRecord();
        else if (!MyInvocation.ExpectingInput)
            return;
        else if (!_hasBegun && TryTakePiped(InputObject, out IReadOnlyList<ContainerReference> piped))
            Process(piped);
        else
            Feed();
    }

    private StreamRequest Streams() => StreamRequest.Of(this, !_takesInput || HasTakenPiped, AsByteStream, InFile, OutFile);

    private void Feed()
    {
        if (!_hasBegun)
            BeginNamed();
        if (_running is { Deadline.HasPassed: true } late)
            EndLate(late);
        else if (_running is not null)
            _running.Process(InputObject);
        else
            _input.Add(InputObject);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        // Of a pipeline that brought no container there is nothing to do.
        if (_takesInput && !_hasBegun && !HasTakenPiped && !(MyInvocation.ExpectingInput && MayTakePiped))
            BeginNamed();
        if (_running is { } running)
        {
            Finish(running);
            return;
        }
        if (_hasBegun && (Tty || _named.Length > 1))
        {
            foreach (Container container in _named)
                Process(container);
        }
    }

    /// <inheritdoc/>
    protected override void Process(Container container)
    {
        Execution? execution = null;
        if (!Attempt(container, () => _running = execution = new Execution(this, container)))
            return;
        foreach (object? input in _input)
            execution!.Process(input);
        Finish(execution!);
    }

    private void Finish(Execution execution)
    {
        CommandOutcome? outcome = execution.End();
        _running = null;
        if (execution.Deadline is { HasKilled: true })
            WriteError(LateError(execution));
        else if (outcome is not null)
        {
            string command = ShellCommand is null ? Command[0] : "/bin/sh";
            CommandEnd.Report(this, outcome, command, execution.Container, $" in container '{execution.Container}'", ErrorOnExitCode);
        }
    }

    // Only an error that ends the cmdlet ends the commands before it, which may go on for ever.
    private void EndLate(Execution execution)
    {
        execution.End();
        _running = null;
        ThrowTerminatingError(LateError(execution));
    }

    private static ErrorRecord LateError(Execution execution) =>
        ErrorRecords.Create(execution.Deadline!.Error($" in container '{execution.Container}'"), execution.Container);

    // PowerShell stops the cmdlet, but not what a cmdlet runs inside of itself.
    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        base.StopProcessing();
        _running?.Kill();
    }

    /// <inheritdoc/>
    protected override void Failed(ContainerException exception) => SetExitCode(exception);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _running?.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>The command in one container.</summary>
    private sealed class Execution : IDisposable
    {
        private readonly InvokeContainerCommandCommand _cmdlet;
        private readonly ForegroundExec _exec;
        private readonly NativePipeline? _pipeline;
        private readonly CancellationTokenSource _over = new();
        private bool _ended;

        internal Execution(InvokeContainerCommandCommand cmdlet, Container container)
        {
            if (cmdlet.Tty)
            {
                AttachedProcess.RequireNoStreams(cmdlet.InFile, cmdlet.OutFile, cmdlet.AsByteStream);
                AttachedProcess.Require("Leave out -Tty.");
            }
            _cmdlet = cmdlet;
            Container = container;
            ExecOptions options = cmdlet.Options(cmdlet.Tty);
            StreamRequest? streams = cmdlet.Tty ? null : cmdlet.Streams().Prepared(cmdlet._hasWritten);
            _exec = new ForegroundExec(container, options);
            if (streams is not null)
                _pipeline = new NativePipeline(cmdlet, _exec.Command, streams, cmdlet.StopToken);
            cmdlet._hasWritten = true;
            if (cmdlet.Timeout is { } time)
                Deadline = new CommandDeadline(time, Kill, () => _pipeline is { HasEnded: true });
        }

        internal Container Container { get; }

        internal CommandDeadline? Deadline { get; }

        internal void Process(object? input) => _pipeline?.Process(input);

        internal void Kill() => Ending.Insist(_exec.Kill, _over.Token);

        internal CommandOutcome? End()
        {
            CommandOutcome? outcome = null;
            try
            {
                if (_pipeline is not null)
                    outcome = _pipeline.End();
                else
                    _cmdlet.Attempt(Container, () => outcome = AttachedProcess.Run(_exec.Command, _cmdlet.StopToken));
                _ended = true;
                return outcome;
            }
            finally
            {
                Dispose();
            }
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            // A later command of the pipeline has enough: a command that writes nothing more would not notice.
            if (!_ended)
                Kill();
            _over.Cancel();
            Deadline?.Dispose();
            _pipeline?.Dispose();
            _exec.Dispose();
        }
    }
}
