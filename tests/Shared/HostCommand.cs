using System.Diagnostics;

namespace PSContainer.Tests;

/// <summary>A command of the host.</summary>
internal static class HostCommand
{
    /// <summary>Runs it to its end, which must be a success.</summary>
    /// <returns>Its output without the last newline.</returns>
    public static string Run(params string[] command)
    {
        Outcome outcome = Try(command);
        Assert.True(outcome.Code == 0, $"{string.Join(' ', command)}: {outcome.Error}");
        return outcome.Output.TrimEnd('\n');
    }

    /// <summary>Runs it to its end, which takes a minute at most.</summary>
    public static Outcome Try(params string[] command) => Try(TimeSpan.FromMinutes(1), command);

    /// <summary>Runs it to its end.</summary>
    /// <param name="patience">After how long it is taken for one that hangs.</param>
    /// <param name="command">The program and its arguments.</param>
    public static Outcome Try(TimeSpan patience, params string[] command)
    {
        using Process process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Close();
        StreamText output = new(process.StandardOutput), error = new(process.StandardError);
        if (!process.WaitForExit(patience))
        {
            process.Kill();
            Assert.Fail($"'{string.Join(' ', command)}' does not end");
        }
        return new Outcome(process.ExitCode, output.ReadSoon(), error.ReadSoon());
    }
}
