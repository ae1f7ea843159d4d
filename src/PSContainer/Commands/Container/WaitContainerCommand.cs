using System.Management.Automation;
using System.Text.RegularExpressions;
using PSContainer.Binding;
using PSContainer.Containers;
using PSContainer.Containers.Insight;
using PSContainer.State;
using PSContainer.Words;

namespace PSContainer.Commands;

/// <summary>Waits until containers ended, or until something came true of them.</summary>
[Cmdlet(VerbsLifecycle.Wait, "Container", DefaultParameterSetName = ConditionSet)]
[Alias("wct")]
[OutputType(typeof(Container), typeof(ContainerProcess))]
public sealed class WaitContainerCommand : ContainerTargetCmdlet
{
    private const string ConditionSet = "Condition", ScriptSet = "Script";

    // Being ready is a matter of seconds, so waiting for it must not last for ever where it never comes; an end may be days away.
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromMilliseconds(100);
    private readonly List<Container> _containers = [];
    private readonly List<ContainerProcess> _processes = [];

    /// <summary>Waits until the containers ended; so it is without another condition.</summary>
    [Parameter(ParameterSetName = ConditionSet)]
    [ValueTransformation]
    public SwitchParameter ForExit { get; set; }

    /// <summary>Waits for a state.</summary>
    [Parameter(ParameterSetName = ConditionSet)]
    [ValueTransformation]
    public ContainerStatus? ForState { get; set; }

    /// <summary>Waits until something listens on these TCP ports inside.</summary>
    [Parameter(ParameterSetName = ConditionSet)]
    [ValidateRange(1, 65535)]
    [ValueTransformation]
    public int[] ForPort { get; set; } = [];

    /// <summary>Waits for a line of the log that matches this regular expression.</summary>
    [Parameter(ParameterSetName = ConditionSet)]
    [ValueTransformation]
    public Regex? ForLog { get; set; }

    /// <summary>Waits until these paths exist inside.</summary>
    [Parameter(ParameterSetName = ConditionSet)]
    [ValueTransformation]
    public string[] ForFile { get; set; } = [];

    /// <summary>Waits until this command, executed inside, ends with 0.</summary>
    [Parameter(ParameterSetName = ConditionSet)]
    [CommandTransformation]
    public string[] ForCommand { get; set; } = [];

    /// <summary>Waits until this script block, given the container as $_, yields something true.</summary>
    [Parameter(ParameterSetName = ScriptSet, Mandatory = true)]
    [ValueTransformation]
    public ScriptBlock? ForScript { get; set; }

    /// <summary>One of the containers, and one of the conditions, is enough.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Any { get; set; }

    /// <summary>How long to wait; a number is seconds.</summary>
    [Parameter]
    [DurationTransformation]
    public TimeSpan? Timeout { get; set; }

    /// <summary>How often to look at what cannot be waited for; a number is seconds.</summary>
    [Parameter]
    [DurationTransformation]
    public TimeSpan? Interval { get; set; }

    private bool IsForExitOnly => ForScript is null && Conditions() is [ExitCondition];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (ContainerReference reference in Container)
        {
            // A process ends; all else comes true of its container.
            if (reference.Process is { } process && IsForExitOnly)
                _processes.Add(process);
            else
                Process([reference]);
        }
    }

    /// <inheritdoc/>
    protected override void Process(Container container) => _containers.Add(container);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (ForScript is null)
            WaitForConditions();
        else
            WaitForScript();
    }

    private void WaitForConditions()
    {
        List<WaitCondition> conditions = Conditions();
        bool isReadiness = conditions.Any(condition => condition is not (ExitCondition or StateCondition));
        TimeSpan? timeout = Timeout ?? (isReadiness ? ReadyTimeout : null);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(StopToken);
        // Off the pipeline's thread: each container has its own clock, and the first that is ready goes on first.
        var waits = new Dictionary<Task, object>();
        foreach (Container container in _containers)
            waits.Add(Begin(() => container.Wait(conditions, Any, timeout, Interval, enough.Token)), container);
        foreach (ContainerProcess process in _processes)
            waits.Add(Begin(() => process.WaitForExit(timeout, enough.Token)), process);
        while (waits.Count > 0)
        {
            Task over = Task.WhenAny(waits.Keys).GetAwaiter().GetResult();
            waits.Remove(over, out object? one);
            if (Attempt(one, () => over.GetAwaiter().GetResult()))
            {
                WriteObject(one);
                if (Any)
                    break;
            }
        }
        enough.Cancel();
    }

    // A thread of its own: the pool has few, and the clock of the last must not begin late.
    private static Task Begin(Action wait) =>
        Task.Factory.StartNew(wait, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private List<WaitCondition> Conditions()
    {
        var conditions = new List<WaitCondition>();
        if (ForState is { } state)
            conditions.Add(WaitCondition.State(state));
        conditions.AddRange(ForPort.Select(WaitCondition.Port));
        if (ForLog is not null)
            conditions.Add(WaitCondition.Log(ForLog));
        conditions.AddRange(ForFile.Select(WaitCondition.File));
        if (ForCommand.Length > 0)
            conditions.Add(WaitCondition.Command(ForCommand));
        if (ForExit || conditions.Count == 0)
            conditions.Add(WaitCondition.Exit);
        return conditions;
    }

    // A script block runs on the pipeline's thread and nowhere else.
    private void WaitForScript()
    {
        TimeSpan timeout = Timeout ?? ReadyTimeout;
        var clock = System.Diagnostics.Stopwatch.StartNew();
        do
        {
            foreach (Container container in _containers.Where(Holds).ToArray())
            {
                WriteObject(container);
                _containers.Remove(container);
                if (Any)
                    return;
            }
        }
        while (_containers.Count > 0 && clock.Elapsed < timeout && !StopToken.WaitHandle.WaitOne(Interval ?? DefaultInterval));
        foreach (Container container in _containers)
            Attempt(container, () => throw new WaitTimeoutException(
                $"The script block did not come true for container '{container}' within {DurationWord.Format(timeout)}.",
                "Wait longer with -Timeout.")
            { Target = container.Name });
    }

    private bool Holds(Container container) =>
        ForScript!.InvokeWithContext(null, [new PSVariable("_", container)]).Any(LanguagePrimitives.IsTrue);
}
