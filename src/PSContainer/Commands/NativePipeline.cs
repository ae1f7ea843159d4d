using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text;

namespace PSContainer.Commands;

/// <summary>
/// Runs an executable as if the cmdlet were it: output line by line, input from the pipeline, <c>$LASTEXITCODE</c>, and what
/// PowerShell does with the standard error of native commands, all by PowerShell's own code for native commands.
/// </summary>
internal sealed class NativePipeline : IDisposable
{
    private readonly SteppablePipeline _pipeline;

    /// <summary>Starts the executable as part of a cmdlet.</summary>
    /// <param name="cmdlet">The cmdlet whose streams are its streams.</param>
    /// <param name="native">What to execute; each argument is passed on as it is.</param>
    internal NativePipeline(Cmdlet cmdlet, NativeCommand native)
    {
        var text = new StringBuilder("& ").Append(Quote(native.Path));
        foreach (string argument in native.Arguments)
            text.Append(' ').Append(Quote(argument));
        _pipeline = ScriptBlock.Create(text.ToString()).GetSteppablePipeline(CommandOrigin.Internal);
        _pipeline.Begin(cmdlet);
    }

    /// <summary>Gives one object of the cmdlet's input to standard input.</summary>
    internal void Process(object? input) => _pipeline.Process(input);

    /// <summary>Closes standard input and waits for the end.</summary>
    internal void End() => _pipeline.End();

    private static string Quote(string text) => $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'";

    /// <summary>Ends the executable when it runs still.</summary>
    public void Dispose() => _pipeline.Dispose();
}
