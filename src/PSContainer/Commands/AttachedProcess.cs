using System.ComponentModel;
using System.Diagnostics;
using PSContainer.Containers;
using PSContainer.Kernel;
using PSContainer.Programs;

namespace PSContainer.Commands;

/// <summary>Runs an executable that has the console itself, as a terminal's programs do.</summary>
internal static class AttachedProcess
{
    /// <summary>Whether standard input and output are the console.</summary>
    internal static bool IsPossible => !Console.IsInputRedirected && !Console.IsOutputRedirected;

    /// <summary>Refuses to go on where there is no terminal.</summary>
    /// <exception cref="ContainerException">Input or output is redirected.</exception>
    internal static void Require(string alternative)
    {
        if (!IsPossible)
            throw new TerminalRequiredException(alternative);
    }

    /// <summary>Refuses streams besides the terminal.</summary>
    /// <exception cref="ContainerException">There are some.</exception>
    internal static void RequireNoStreams(string? input, string? output, bool bytes)
    {
        if (input is not null || output is not null || bytes)
        {
            throw new InvalidSpecException(
                "A command with a terminal has no other streams.", "Leave out -InFile, -OutFile and -AsByteStream, or -Tty.");
        }
    }

    /// <summary>Runs it to its end.</summary>
    /// <returns>How it ended.</returns>
    /// <exception cref="ContainerException">It could not be started.</exception>
    internal static CommandOutcome Run(NativeCommand attached, CancellationToken stop)
    {
        using var report = new CommandReport();
        NativeCommand command = report.Of(attached, reportsOnly: false);
        var start = new ProcessStartInfo(command.Path) { UseShellExecute = false };
        foreach (string argument in command.Arguments)
            start.ArgumentList.Add(argument);
        try
        {
            using var process = Process.Start(start)!;
            using CancellationTokenRegistration end = stop.Register(() => Terminate(process.Id));
            process.WaitForExit();
            stop.ThrowIfCancellationRequested();
            CommandOutcome outcome = report.Read();
            return outcome with { ExitCode = outcome.ExitCode ?? process.ExitCode };
        }
        catch (Win32Exception exception)
        {
            throw new ContainerException($"'{command.Path}' could not be started: {exception.Message}") { Target = command.Path };
        }
    }

    // A child that is not waited for yet keeps its pid, so this cannot be another process.
    private static void Terminate(int pid)
    {
        using FileHandle? process = Pidfd.Open(pid);
        if (process is not null)
            Pidfd.SendSignal(process.Fd, (int)Signal.Term);
    }
}

/// <summary>Something needs a terminal, and there is none.</summary>
public sealed class TerminalRequiredException(string alternative)
    : ContainerException("There is no terminal: standard input or output is redirected.", alternative)
{
    /// <inheritdoc/>
    public override string ErrorId => "TerminalRequired";
}
