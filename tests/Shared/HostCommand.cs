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

    /// <summary>Runs it to its end.</summary>
    public static Outcome Try(params string[] command)
    {
        using Process process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Close();
        StreamText output = new(process.StandardOutput), error = new(process.StandardError);
        if (!process.WaitForExit(60_000))
        {
            process.Kill();
            Assert.Fail($"'{string.Join(' ', command)}' does not end");
        }
        return new Outcome(process.ExitCode, output.ReadSoon(), error.ReadSoon());
    }
}
