using System.Globalization;
using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Containers;
using PSContainer.Kernel;
using PSContainer.Plan;

namespace PSContainer.Commands;

/// <summary>
/// What all cmdlets share: errors of the catalogue, a token that ends with the pipeline, and one error off Linux.
/// </summary>
public abstract class ContainerCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private bool _disposed;
    private WrittenCall? _written;
    private bool? _isDebugged;

    /// <summary>
    /// Cancelled when the pipeline stops, however it stops: Ctrl+C, or a <c>Select-Object -First</c> that has enough.
    /// </summary>
    protected CancellationToken StopToken { get; }

    /// <summary>Makes the cmdlet.</summary>
    protected ContainerCmdlet() => StopToken = _stop.Token;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (OperatingSystem.IsLinux())
            return;
        var exception = new PlatformNotSupportedException("Containers are made by the Linux kernel; this is not Linux.");
        ThrowTerminatingError(ErrorRecords.Create(
            exception, "PlatformNotSupported", ErrorCategory.NotImplemented, null,
            "Run this in PowerShell on Linux, for instance in WSL 2."));
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stop.Cancel();

    /// <summary>Warns; names in the text may be of somebody else's choice.</summary>
    protected new void WriteWarning(string text) => base.WriteWarning(ShownText.Of(text));

    /// <summary>Tells a detail; names in the text may be of somebody else's choice.</summary>
    /// <remarks>With -Debug alone PowerShell would stop at each and ask; WriteDebug tells the same.</remarks>
    protected new void WriteVerbose(string text)
    {
        if (!IsDebugged || IsOn("Verbose", "VerbosePreference"))
            base.WriteVerbose(ShownText.Of(text));
    }

    /// <summary>Tells what is of interest to who looks for a fault; names in the text may be of somebody else's choice.</summary>
    protected internal new void WriteDebug(string text) => base.WriteDebug(ShownText.Of(text));

    /// <summary>Whether <c>-Debug</c> was said: the steps with their system calls, what is executed, and how long the work took.</summary>
    protected internal bool IsDebugged => _isDebugged ??= IsOn("Debug", "DebugPreference");

    /// <summary>Whether a plan was told already.</summary>
    internal bool TellsPlan { get; private set; }

    /// <summary>Tells how long something took.</summary>
    /// <param name="what">What it was.</param>
    /// <param name="begin">When it began, of <see cref="System.Diagnostics.Stopwatch.GetTimestamp"/>.</param>
    internal void TellTime(object? what, long begin)
    {
        if (!IsDebugged)
            return;
        TimeSpan time = System.Diagnostics.Stopwatch.GetElapsedTime(begin);
        WriteDebug(string.Create(CultureInfo.InvariantCulture, $"{MyInvocation.MyCommand.Name}: {what ?? "the work"} took {time.TotalMilliseconds:0.0} ms"));
    }

    /// <summary>Does one item's work: what fails is that item's error, and the next item has its turn.</summary>
    /// <param name="target">What the error is about.</param>
    /// <param name="work">The work.</param>
    /// <returns>Whether it succeeded.</returns>
    protected bool Attempt(object? target, Action work)
    {
        // The engine notices only what is written, and not all of the work writes something.
        if (StopToken.IsCancellationRequested)
            throw new PipelineStoppedException();
        using var wayOut = Kernel.WayOut.OfToken(StopToken);
        long begin = System.Diagnostics.Stopwatch.GetTimestamp();
        try
        {
            work();
            TellTime(target, begin);
            return true;
        }
        catch (OperationCanceledException) when (StopToken.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (ContainerException exception)
        {
            Failed(exception);
            WriteDebug(DebugText(exception));
            WriteError(ErrorRecords.Create(exception, target));
            return false;
        }
    }

    /// <summary>Does the cmdlet's whole work: what fails ends it.</summary>
    /// <typeparam name="T">What the work yields.</typeparam>
    /// <param name="target">What the error is about.</param>
    /// <param name="work">The work.</param>
    protected T Require<T>(object? target, Func<T> work)
    {
        using var wayOut = Kernel.WayOut.OfToken(StopToken);
        try
        {
            return work();
        }
        catch (OperationCanceledException) when (StopToken.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (ContainerException exception)
        {
            Failed(exception);
            WriteDebug(DebugText(exception));
            ThrowTerminatingError(ErrorRecords.Create(exception, target));
            throw;
        }
    }

    // What an error record does not show unless it is looked into: for -Debug.
    private static string DebugText(ContainerException exception) => Views.ViewText.Plain(
        $"{exception.GetType().Name}: step '{exception.Step}', call '{exception.Call}', errno {exception.Errno}, target "
        + $"'{exception.Target}', {exception.StackTrace?.Split('\n')[0].Trim()}");

    /// <summary>Called with what failed, before the error is written.</summary>
    protected virtual void Failed(ContainerException exception)
    {
    }

    /// <summary>
    /// The containers that references mean; one that means none is an error of its own, and the others have their turn.
    /// </summary>
    protected IEnumerable<Container> Resolve(IEnumerable<ContainerReference> references)
    {
        foreach (ContainerReference reference in references)
        {
            IReadOnlyList<Container> found = [];
            Attempt(reference.Text, () => found = Find(reference));
            foreach (Container container in found)
                yield return container;
        }
    }

    /// <summary>
    /// The cgroups that references mean; one that means none is an error of its own, and the others have their turn.
    /// </summary>
    protected IEnumerable<CgroupTarget> Resolve(IEnumerable<CgroupReference> references)
    {
        foreach (CgroupReference reference in references)
        {
            IReadOnlyList<CgroupTarget> found = [];
            Attempt(reference.Text, () => found = CgroupFinder.Find(reference));
            foreach (CgroupTarget target in found)
                yield return target;
        }
    }

    private static IReadOnlyList<Container> Find(ContainerReference reference)
    {
        if (reference.Container is { } container)
            return [container];
        if (!reference.IsPattern)
            return [ContainerEngine.Default.Get(reference.Text)];
        var pattern = new WildcardPattern(reference.Text, WildcardOptions.IgnoreCase);
        return [.. ContainerEngine.Default.List().Where(one => pattern.IsMatch(one.Name) || pattern.IsMatch(one.Id)).Order()];
    }

    /// <summary>
    /// Whether to go on with what would end the caller's session or the host: only with <c>-Force</c>, and once it was confirmed. Who
    /// can be asked is asked, whatever the preferences are; <c>-Confirm:$false</c> is the answer where nobody can.
    /// </summary>
    /// <param name="harm">What would be lost, in words; <see langword="null"/>: nothing.</param>
    /// <param name="target">What it is lost with.</param>
    /// <param name="action">What would be done, as a verb.</param>
    /// <param name="force">Whether <c>-Force</c> was said.</param>
    /// <exception cref="SessionEndangeredException">It was not, or nobody can be asked.</exception>
    protected bool MayEndanger(string? harm, string target, string action, bool force)
    {
        if (harm is null)
            return true;
        string danger = $"Will not {action} '{target}': there is {harm}.";
        if (!force)
            throw new SessionEndangeredException(danger, "If that is meant, say -Force, and confirm it.") { Target = target };
        bool isConfirmed = MyInvocation.BoundParameters.TryGetValue("Confirm", out object? asks) && !LanguagePrimitives.IsTrue(asks);
        if (isConfirmed || IsOn("WhatIf", "WhatIfPreference"))
            return true;
        try
        {
            return ShouldContinue($"To {action} '{target}' may end this session or the system: there is {harm}.", $"{action} '{target}'");
        }
        catch (Exception exception) when (exception is PSInvalidOperationException or System.Management.Automation.Host.HostException
            or NotImplementedException)
        {
            throw new SessionEndangeredException(danger, "Nobody can be asked here: confirm it with -Confirm:$false, beside -Force.")
            { Target = target };
        }
    }

    /// <summary>Whether a common parameter or its preference variable asks for something.</summary>
    protected bool IsOn(string parameter, string preference)
    {
        if (MyInvocation.BoundParameters.TryGetValue(parameter, out object? given))
            return LanguagePrimitives.IsTrue(given);
        return GetVariableValue(preference) switch
        {
            ActionPreference action => action is not (ActionPreference.SilentlyContinue or ActionPreference.Ignore),
            var value => LanguagePrimitives.IsTrue(value),
        };
    }

    /// <summary>
    /// Whether to go on. With <c>-WhatIf</c> every step of the plan is listed; with <c>-Verbose</c> and <c>-Debug</c> it is told.
    /// </summary>
    /// <param name="target">What is made.</param>
    /// <param name="action">The operation in a few words.</param>
    /// <param name="plan">Makes the plan.</param>
    protected bool ShouldCarryOut(string target, string action, Func<StartPlan> plan)
    {
        if (IsOn("WhatIf", "WhatIfPreference"))
        {
            foreach (PlanStep step in plan().Steps)
                ShouldProcess(step.Description, step.Description, action, out _);
            return false;
        }
        if (!ShouldProcess(target, action))
            return false;
        bool isVerbose = IsOn("Verbose", "VerbosePreference");
        if (!isVerbose && !IsDebugged)
            return true;
        TellsPlan = true;
        foreach (PlanStep step in plan().Steps)
        {
            if (isVerbose)
                WriteVerbose($"{step.Call}: {step.Description}");
            if (IsDebugged)
                WriteDebug(step.LogText);
        }
        return true;
    }

    /// <summary>
    /// Whether to go on with writes to the kernel. With <c>-WhatIf</c> each file and value is listed; with <c>-Verbose</c> it is
    /// told.
    /// </summary>
    /// <param name="target">What is changed.</param>
    /// <param name="action">The operation in a few words.</param>
    /// <param name="writes">What is written where.</param>
    protected bool ShouldWrite(string target, string action, IEnumerable<CgroupFileWrite> writes)
    {
        if (IsOn("WhatIf", "WhatIfPreference"))
        {
            foreach (CgroupFileWrite write in writes)
                ShouldProcess(write.Path, write.Action);
            return false;
        }
        if (!ShouldProcess(target, action))
            return false;
        bool isVerbose = IsOn("Verbose", "VerbosePreference");
        if (!isVerbose && !IsDebugged)
            return true;
        foreach (CgroupFileWrite write in writes)
        {
            if (isVerbose)
                WriteVerbose($"{write.Call}: {write}");
            if (IsDebugged)
                WriteDebug($"{write} [{write.Call}]");
        }
        return true;
    }

    /// <summary>How the cmdlet was called, where PowerShell says.</summary>
    private protected WrittenCall? Written => _written ??= WrittenCall.Of(MyInvocation);

    /// <summary>
    /// The words of a command as they were written. One that begins with a dash is refused, and of words that became parameters of the
    /// cmdlet a warning tells.
    /// </summary>
    /// <param name="bound">The words as they were bound.</param>
    /// <param name="hasEntryPoint">Whether something stands before them, so that they may begin with a dash.</param>
    protected string[] ReadCommand(string[]? bound, bool hasEntryPoint = false)
    {
        if (bound is null or [])
            return [];
        string[] command = CommandWords.Read(Written, bound);
        Require<object?>(null, () =>
        {
            UnknownParameter.Refuse(MyInvocation.MyCommand, Written, command, hasEntryPoint, MyInvocation.ExpectingInput);
            return null;
        });
        WarnOfEatenArguments(command);
        return command;
    }

    private void WarnOfEatenArguments(string[] command)
    {
        foreach (string argument in EatenArguments.Find(Written, MyInvocation.MyCommand, command))
        {
            WriteWarning(
                $"'{argument}' stands after the command '{command[0]}' but is taken as a parameter of "
                + $"{MyInvocation.InvocationName}. Write -- before the command.");
        }
    }

    /// <summary>What <c>$LASTEXITCODE</c> says.</summary>
    internal int? LastExitCode => SessionState.PSVariable.GetValue("global:LASTEXITCODE") as int?;

    /// <summary>Sets <c>$LASTEXITCODE</c>.</summary>
    internal void SetExitCode(int code) => SessionState.PSVariable.Set("global:LASTEXITCODE", code);

    /// <summary>Sets <c>$LASTEXITCODE</c> to what a shell and other tools say of the same failure.</summary>
    protected void SetExitCode(ContainerException exception) => SetExitCode(exception switch
    {
        CommandNotFoundInContainerException { Errno: Kernel.Errno.EACCES or Kernel.Errno.ENOEXEC } => 126,
        CommandNotFoundInContainerException => 127,
        _ => 125,
    });

    /// <summary>The host's path of a path of PowerShell's (a drive such as <c>TestDrive:</c>, the session's location).</summary>
    protected string HostPath(string path) => Require(path, () => HostPaths.Resolve(SessionState, path));

    /// <summary>The host's paths that -Path and -LiteralPath mean; what means nothing is an error of its own.</summary>
    /// <param name="patterns">With wildcards, or <see langword="null"/>.</param>
    /// <param name="literal">As they are, or <see langword="null"/>.</param>
    protected IReadOnlyList<string> HostPathsOf(string[]? patterns, string[]? literal)
    {
        var paths = new List<string>();
        foreach (string path in literal ?? [])
            Attempt(path, () => paths.Add(HostPaths.Resolve(SessionState, path)));
        foreach (string pattern in patterns ?? [])
            Attempt(pattern, () => paths.AddRange(Expand(pattern)));
        return paths;
    }

    private IReadOnlyList<string> Expand(string pattern)
    {
        try
        {
            return HostPaths.Expand(SessionState, pattern);
        }
        catch (ItemNotFoundException missing)
        {
            throw new ContainerException(missing.Message, "Check the path.") { Errno = Kernel.Errno.ENOENT, Target = pattern };
        }
    }

    /// <summary>Emits a file or directory of the host as Get-Item does, with all that PowerShell adds to it.</summary>
    protected void WriteItem(string path) =>
        WriteObject(InvokeProvider.Item.Get([path], force: true, literalPath: true), enumerateCollection: true);

    /// <summary>Ends what is under way: all that PowerShell calls when a later command of the pipeline has enough.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends what is under way.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (_disposed || !disposing)
            return;
        _disposed = true;
        _stop.Cancel();
        _stop.Dispose();
    }
}
