using System.ComponentModel;
using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Runtime.ExceptionServices;
using System.Text;
using PSContainer.Containers;
using PSContainer.Programs;

namespace PSContainer.Commands;

/// <summary>
/// Runs an executable as if the cmdlet were it: output line by line, input from the pipeline, <c>$LASTEXITCODE</c>, and what
/// PowerShell does with the standard error of native commands, all by PowerShell's own code for native commands. What is bytes,
/// and input, takes a way of its own: PowerShell would decode the one, and takes seven times as long for the other in a cmdlet.
/// </summary>
internal sealed class NativePipeline : IDisposable
{
    private readonly SteppablePipeline _pipeline;
    private readonly CommandReport _report = new();
    private readonly ContainerCmdlet _cmdlet;
    private readonly ByteInput? _input;
    private readonly ByteOutput? _output;
    private readonly CancellationToken _stop;
    private readonly CancellationTokenRegistration _break;
    private readonly EngineIntrinsics _engine;
    private bool _hasBegun;
    private long _lookedAt, _begun;

    /// <summary>Starts the executable as part of a cmdlet; with a file for standard input and a pipeline, once nothing came of it.</summary>
    /// <param name="cmdlet">The cmdlet whose streams are its streams.</param>
    /// <param name="command">What to execute; each argument is passed on as it is.</param>
    /// <param name="streams">Where its bytes come from and go to.</param>
    /// <param name="stop">Ends the wait for it.</param>
    internal NativePipeline(ContainerCmdlet cmdlet, NativeCommand command, StreamRequest streams, CancellationToken stop)
    {
        _cmdlet = cmdlet;
        _stop = stop;
        try
        {
            if (streams.TakesInput && streams.InFile is null)
                _input = new ByteInput(cmdlet.GetVariableValue("OutputEncoding") as Encoding ?? new UTF8Encoding(false));
            if (streams.AsByteStream)
                _output = new ByteOutput(isFed: streams.TakesInput);
            _break = stop.Register(() => _input?.Break());
            // PowerShell makes an error of a code, but by the preference variable alone: with one, the cmdlet does it (CommandEnd).
            NativeCommand native = _report.Of(
                command, reportsOnly: CommandEnd.MakesErrors(cmdlet), tellsSteps: cmdlet.IsDebugged && !cmdlet.TellsPlan);
            if (cmdlet.IsDebugged)
                cmdlet.WriteDebug($"executes {native.Path} {string.Join(' ', native.Arguments)}");
            var text = new StringBuilder("& ").Append(Quote(native.Path));
            string?[] words = ["--stdin", _input?.Path ?? streams.InFile, "--stdout", _output?.Path ?? streams.OutFile];
            foreach (string argument in (string[])[.. Named(words), .. native.Arguments])
                text.Append(' ').Append(Quote(argument));
            _pipeline = ScriptBlock.Create(text.ToString()).GetSteppablePipeline(CommandOrigin.Internal);
            _engine = (EngineIntrinsics)cmdlet.GetVariableValue("ExecutionContext");
            // What comes through the pipeline beside a file is refused, and nothing was started then.
            if (!streams.TakesInput || streams.InFile is null)
                Begin();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    // Its output is the cmdlet's; PowerShell has no input for it.
    private void Begin()
    {
        _hasBegun = true;
        _begun = Stopwatch.GetTimestamp();
        Through(() => _pipeline.Begin(expectInput: false, _engine));
    }

    // The commands that follow run within: PowerShell takes what they throw, break and exit too, for a failure to start
    // the executable.
    private static void Through(Action step)
    {
        try
        {
            step();
        }
        catch (ApplicationFailedException failure) when (failure.InnerException is { } thrown and not Win32Exception)
        {
            ExceptionDispatchInfo.Throw(thrown);
        }
    }

    /// <summary>Whether the command has ended, or was not executed.</summary>
    internal bool HasEnded => _report.Read() is { ExitCode: not null } or { Failure: not null };

    /// <summary>Gives one object of the cmdlet's input to standard input.</summary>
    internal void Process(object? input)
    {
        const int Interval = 50;
        if (_input is null)
        {
            var refused = new InvalidSpecException(
                "Standard input is -InFile or what comes through the pipeline.", "Leave one of them out.");
            _cmdlet.ThrowTerminatingError(ErrorRecords.Create(refused, input));
        }
        _input!.Add(input);
        // A look costs more than a line.
        if (_output is null && Environment.TickCount64 - _lookedAt > Interval)
        {
            Through(() => _pipeline.Process());
            _lookedAt = Environment.TickCount64;
        }
        foreach (byte[] portion in _output?.Available ?? [])
            _cmdlet.WriteObject(portion, enumerateCollection: false);
    }

    /// <summary>Closes standard input and waits for the end.</summary>
    /// <returns>How it ended.</returns>
    internal CommandOutcome End()
    {
        if (!_hasBegun)
            Begin();
        _input?.Complete();
        try
        {
            foreach (byte[] portion in _output?.All(_stop) ?? [])
                _cmdlet.WriteObject(portion, enumerateCollection: false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        Through(() => _pipeline.End());
        _cmdlet.TellTime("the command", _begun);
        return _report.Read();
    }

    private static IEnumerable<string> Named(string?[] words)
    {
        for (int i = 0; i < words.Length; i += 2)
        {
            if (words[i + 1] is { } path)
            {
                yield return words[i]!;
                yield return path;
            }
        }
    }

    private static string Quote(string text) => $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'";

    /// <summary>Ends the executable when it runs still.</summary>
    public void Dispose()
    {
        _break.Dispose();
        _input?.Break();
        _pipeline?.Dispose();
        _input?.Dispose();
        _output?.Dispose();
        _report.Dispose();
    }
}
