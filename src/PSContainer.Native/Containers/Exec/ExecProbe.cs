using System.Diagnostics;
using PSContainer.Kernel;
using PSContainer.Programs;

namespace PSContainer.Containers.Exec;

/// <summary>Executes a command in a container only to see whether it succeeds; what it writes is dropped.</summary>
internal static class ExecProbe
{
    /// <summary>Executes.</summary>
    /// <returns>Whether it ended with 0.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled; the command is ended.</exception>
    internal static bool Succeeds(Container container, IReadOnlyList<string> command, CancellationToken cancellation)
    {
        NativeCommand exec = container.PrepareExec(new() { Command = command });
        var start = new ProcessStartInfo(exec.Path)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        foreach (string argument in exec.Arguments)
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)
            ?? throw new RuntimeNotFoundException($"'{exec.Path}' could not be started.");
        process.StandardInput.Close();
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            process.WaitForExitAsync(cancellation).GetAwaiter().GetResult();
            return process.ExitCode == 0;
        }
        catch (OperationCanceledException)
        {
            using FileHandle? handle = Pidfd.Open(process.Id);
            if (handle is not null)
                Pidfd.SendSignal(handle.Fd, (int)Signal.Term);
            throw;
        }
    }
}
