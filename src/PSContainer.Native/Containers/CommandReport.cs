using System.Globalization;
using System.Text;
using System.Text.Json;
using PSContainer.Kernel;
using PSContainer.Programs;

namespace PSContainer.Containers;

/// <summary>
/// What the executable says of a command in the foreground beside the command's own streams: how it ended, or why it did not begin. So a
/// command's code 125 is told from a failure of ours. See docs/design.md, "Errors".
/// </summary>
public sealed class CommandReport : IDisposable
{
    private const int LongestReport = 1 << 20;

    // In memory: a PowerShell that is killed leaves nothing behind, and nobody in a container reaches it.
    private readonly FileHandle file = MemoryFile.Make("report", []);

    /// <summary>The command with a report.</summary>
    /// <param name="command">What to execute.</param>
    /// <param name="reportsOnly">Whether it ends with 0 whatever happened, since the report says the rest.</param>
    /// <param name="tellsSteps">Whether the steps that are taken are told too.</param>
    public NativeCommand Of(NativeCommand command, bool reportsOnly, bool tellsSteps = false) => command with
    {
        Arguments =
        [
            "--report", string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{file.Fd}"),
            .. reportsOnly ? ["--report-only"] : (string[])[],
            .. tellsSteps ? ["--debug"] : (string[])[],
            .. command.Arguments,
        ],
    };

    /// <summary>Reads what was said.</summary>
    /// <returns>The outcome; without an exit code when the executable itself was killed.</returns>
    public CommandOutcome Read()
    {
        byte[] buffer = new byte[LongestReport];
        ReadOnlySpan<byte> text = MemoryFile.ReadEnd(file.Fd, buffer);
        var warnings = new List<string>();
        var steps = new List<string>();
        var outcome = new CommandOutcome { Failure = RuntimeError.Find(text), Warnings = warnings, Steps = steps };
        foreach (string line in Encoding.UTF8.GetString(text).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            outcome = Take(line, outcome, warnings, steps);
        return outcome;
    }

    private static CommandOutcome Take(string line, CommandOutcome outcome, List<string> warnings, List<string> steps)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            JsonElement record = document.RootElement;
            string level = record.GetProperty("level").GetString() ?? "";
            if (level is "warning" or "debug")
                (level == "warning" ? warnings : steps).Add(record.GetProperty("msg").GetString() ?? "");
            return record.TryGetProperty("exitCode", out JsonElement code)
                ? outcome with { ExitCode = code.GetInt32(), OomKilled = record.GetProperty("oomKilled").GetBoolean() }
                : outcome;
        }
        catch (JsonException)
        {
            // Half a line: the executable was killed while it wrote, or there were more than anybody reads.
            return outcome;
        }
    }

    /// <summary>Closes it.</summary>
    public void Dispose() => file.Dispose();
}

/// <summary>How a command in the foreground ended.</summary>
public sealed record CommandOutcome
{
    /// <summary>Why it was not executed; <see langword="null"/> when it was.</summary>
    public ContainerException? Failure { get; init; }

    /// <summary>
    /// Its code, 128 plus the signal's number when a signal ended it; of a failure 125, 126 or 127, as docker has them.
    /// <see langword="null"/> when nobody was there to see it.
    /// </summary>
    public int? ExitCode { get; init; }

    /// <summary>Whether the kernel killed it for want of memory.</summary>
    public bool OomKilled { get; init; }

    /// <summary>What the caller should know although the command ran.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The steps that were taken for it, where they were asked for.</summary>
    public IReadOnlyList<string> Steps { get; init; } = [];
}
