using System.Management.Automation;

namespace PSContainer.Commands;

/// <summary>Runs a command in a new container and waits for it; its output is the cmdlet's, and nothing is left of it.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "Container", DefaultParameterSetName = CreateSet, SupportsShouldProcess = true)]
[Alias("Run-Container")]
[OutputType(typeof(string))]
public sealed class InvokeContainerCommand : ContainerCreateCmdlet
{
    private ContainerRun? _run;
    private NativePipeline? _pipeline;
    private Timer? _deadline;
    private readonly CancellationTokenSource _over = new();
    private bool _timedOut;

    /// <summary>The root filesystem: a directory, or Host for the host's own below an empty layer.</summary>
    [Parameter(ParameterSetName = CreateSet, Mandatory = true)]
    [Binding.RootfsTransformation]
    [ArgumentCompleter(typeof(Binding.RootfsCompleter))]
    public override RootfsSource? Rootfs { get; set; }

    /// <summary>What the command reads from standard input, line by line.</summary>
    [Parameter(ParameterSetName = CreateSet, ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>Ends with an error when the command's exit code is not 0.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    public SwitchParameter ErrorOnExitCode { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        ContainerOptions options = Require(Rootfs, Checked);
        if (!Require(Rootfs, () => ShouldCreate(options, $"Run '{string.Join(' ', options.Command)}' in a new container")))
            return;
        _run = Require(Rootfs, () => ContainerEngine.Default.PrepareRun(options));
        if (Timeout is { } time)
            _deadline = new Timer(_ => EndAtDeadline(_run), null, time, System.Threading.Timeout.InfiniteTimeSpan);
        if (!Tty)
            _pipeline = new NativePipeline(this, _run.Command);
    }

    private ContainerOptions Checked()
    {
        ContainerOptions options = Options();
        if (options.Command.Count == 0)
            throw new InvalidSpecException("There is no command to run.", "Write it after --, as: -- cat /etc/os-release");
        if (Tty)
            AttachedProcess.Require("Leave out -Tty.");
        return options;
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (MyInvocation.ExpectingInput)
            _pipeline?.Process(InputObject);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_run is null)
            return;
        if (_pipeline is not null)
            _pipeline.End();
        else
            SetExitCode(Require(_run.Container, () => AttachedProcess.Run(_run.Command, StopToken)));
        _over.Cancel();
        Report();
    }

    private void Report()
    {
        if (_timedOut)
        {
            var timeout = new WaitTimeoutException(
                $"The command did not end within {Timeout!.Value.TotalSeconds:0.###} s and was killed.",
                "Give it more time with -Timeout.");
            ThrowTerminatingError(ErrorRecords.Create(timeout, Rootfs));
        }
        if (ErrorOnExitCode && LastExitCode is > 0 and var code)
        {
            var exception = new ContainerCommandException($"The command ended with {code}.", code);
            ThrowTerminatingError(ErrorRecords.Create(exception, Rootfs));
        }
    }

    private void EndAtDeadline(ContainerRun run)
    {
        _timedOut = true;
        Ending.Insist(() => Kill(run), _over.Token);
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
            _deadline?.Dispose();
            _pipeline?.Dispose();
            _run?.Dispose();
        }
        base.Dispose(disposing);
    }
}
