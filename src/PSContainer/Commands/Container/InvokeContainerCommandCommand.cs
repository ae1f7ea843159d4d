using System.Management.Automation;
using PSContainer.Binding;

namespace PSContainer.Commands;

/// <summary>Executes a command in containers and waits for it; its output is the cmdlet's.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "ContainerCommand")]
[Alias("ict", "Exec-Container")]
[OutputType(typeof(string))]
public sealed class InvokeContainerCommandCommand : ContainerExecCmdlet
{
    private readonly List<object?> _input = [];
    private bool _takesInput, _hasBegun;
    private Container[] _named = [];
    private NativePipeline? _running;

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

    /// <summary>Gives the command a terminal: the console.</summary>
    [Parameter]
    public SwitchParameter Tty { get; set; }

    /// <summary>Ends with an error when the command's exit code is not 0.</summary>
    [Parameter]
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
            Attempt(only, () => _running = Begin(only));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!_takesInput)
            base.ProcessRecord();
        else if (!MyInvocation.ExpectingInput)
            return;
        else if (!_hasBegun && TryTakePiped(InputObject, out Container? piped))
            Process(piped);
        else
            Feed();
    }

    private void Feed()
    {
        if (!_hasBegun)
            BeginNamed();
        if (_running is not null)
            _running.Process(InputObject);
        else
            _input.Add(InputObject);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_takesInput && !_hasBegun && !HasTakenPiped)
            BeginNamed();
        if (_running is { } running)
        {
            running.End();
            CheckExitCode(_named[0]);
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
        Attempt(container, () =>
        {
            if (Tty)
            {
                AttachedProcess.Require("Leave out -Tty.");
                SetExitCode(AttachedProcess.Run(container.PrepareExec(Options(tty: true)), StopToken));
                return;
            }
            // Containers that came through the pipeline leave nothing for standard input: the command finds its end at once.
            using NativePipeline pipeline = _running = Begin(container);
            foreach (object? input in _input)
                pipeline.Process(input);
            pipeline.End();
            _running = null;
        });
        CheckExitCode(container);
    }

    private NativePipeline Begin(Container container) => new(this, container.PrepareExec(Options()));

    private void CheckExitCode(Container container)
    {
        if (!ErrorOnExitCode || LastExitCode is not (> 0 and var code))
            return;
        var exception = new ContainerCommandException($"The command ended with {code} in container '{container}'.", code);
        ThrowTerminatingError(ErrorRecords.Create(exception, container));
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
}
