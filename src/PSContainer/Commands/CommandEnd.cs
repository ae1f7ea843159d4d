using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using PSContainer.Containers;

namespace PSContainer.Commands;

/// <summary>What a cmdlet makes of the end of a command that it ran: <c>$LASTEXITCODE</c>, errors and warnings.</summary>
internal static class CommandEnd
{
    private const string Preference = "PSNativeCommandUseErrorActionPreference";

    /// <summary>Whether a code other than 0 is an error, as of native commands.</summary>
    internal static bool MakesErrors(ContainerCmdlet cmdlet) => LanguagePrimitives.IsTrue(cmdlet.GetVariableValue(Preference));

    /// <summary>The errors of a command's end.</summary>
    /// <param name="cmdlet">The cmdlet that ran it.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="command">The command's name.</param>
    /// <param name="target">What the errors are about.</param>
    /// <param name="place">Where it ran, after the code: <c> in container 'web'</c>; or empty.</param>
    /// <param name="errorOnExitCode">Whether a code other than 0 ends the cmdlet.</param>
    internal static void Report(
        ContainerCmdlet cmdlet, CommandOutcome outcome, string command, object? target, string place, bool errorOnExitCode)
    {
        foreach (string step in outcome.Steps)
            cmdlet.WriteDebug(step);
        foreach (string warning in outcome.Warnings)
            cmdlet.WriteWarning(warning);
        int code = outcome.ExitCode ?? cmdlet.LastExitCode ?? 0;
        cmdlet.SetExitCode(code);
        if (outcome.Failure is { } failure)
        {
            Write(cmdlet, ErrorRecords.Create(failure, target), errorOnExitCode);
            return;
        }
        string why = outcome.OomKilled ? ": the kernel killed a process of it for want of memory" : "";
        if (code != 0 && errorOnExitCode)
        {
            var failed = new ContainerCommandException($"The command ended with {code}{place}{why}.", code, outcome.OomKilled);
            Write(cmdlet, ErrorRecords.Create(failed, target), terminates: true);
        }
        if (outcome.OomKilled)
            cmdlet.WriteWarning($"'{command}' ended with {code}{place}{why}. More memory is given by -MemoryMax.");
        if (code != 0 && MakesErrors(cmdlet))
            Write(cmdlet, NativeError(command, code), terminates: false);
    }

    /// <summary>The errors of a shell's end: of its code there are none, since who was in it has seen why.</summary>
    internal static void ReportEntered(ContainerCmdlet cmdlet, CommandOutcome outcome, object? target)
    {
        cmdlet.SetExitCode(outcome.ExitCode ?? 0);
        foreach (string warning in outcome.Warnings)
            cmdlet.WriteWarning(warning);
        if (outcome.Failure is { } failure)
            cmdlet.WriteError(ErrorRecords.Create(failure, target));
    }

    private static void Write(ContainerCmdlet cmdlet, ErrorRecord error, bool terminates)
    {
        if (terminates)
            cmdlet.ThrowTerminatingError(error);
        cmdlet.WriteError(error);
    }

    // The words of PowerShell: who reads an error of a native command reads this one.
    private static ErrorRecord NativeError(string command, int code)
    {
        const string Id = "ProgramExitedWithNonZeroCode";
        string hexadecimal = code.ToString(code is >= 0 and <= byte.MaxValue ? "X2" : "X8", CultureInfo.InvariantCulture);
        string message = string.Create(
            CultureInfo.InvariantCulture, $"Program \"{command}\" ended with non-zero exit code: {code} (0x{hexadecimal}).");
        const BindingFlags Constructors = BindingFlags.Instance | BindingFlags.NonPublic;
        // Scripts catch this type, and only PowerShell itself has a way to make one.
        Exception exception = typeof(PSObject).Assembly.GetType("System.Management.Automation.NativeCommandExitException")
            ?.GetConstructor(Constructors, [typeof(string), typeof(int), typeof(int), typeof(string), typeof(string)])
            ?.Invoke([command, code, 0, message, Id]) as Exception ?? new ContainerCommandException(message, code);
        return new(exception, Id, ErrorCategory.NotSpecified, command);
    }
}
