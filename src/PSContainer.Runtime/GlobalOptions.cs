using System.Globalization;
using PSContainer.State;

namespace PSContainer.Runtime;

/// <summary>Options that stand before the verb.</summary>
internal sealed class GlobalOptions
{
    /// <summary>What they are.</summary>
    public static readonly Syntax Syntax =
        new("", "COMMAND", "Open Container Initiative runtime that makes Linux containers straight from the kernel",
        new Option("root", "directory of the containers' state (/run/pscontainer; for users $XDG_RUNTIME_DIR/pscontainer)",
            "DIR"),
        new Option("log", "file that errors are appended to, instead of standard error; or journald:NAME, syslog:NAME", "FILE"),
        new Option("log-format", "text or json", "FORMAT"),
        new Option("log-level", "error, warning (default), info or debug", "LEVEL"),
        new Option("report", "file that errors, warnings and the end of a command in the foreground are told to, as lines of JSON", "FILE"),
        new Option("report-only", "with --report: end with 0, whatever the report says"),
        new Option("debug", "the same as --log-level debug: each step of a start is logged"),
        new Option("cgroup-manager", "cgroupfs (default), systemd or disabled", "NAME"),
        new Option("systemd-cgroup", "the same as --cgroup-manager systemd"),
        new Option("rootless", "taken for compatibility: what the caller may do is found out, not told", "true|false|auto"),
        new Option("criu", "taken for compatibility: criu is looked for on PATH", "PATH"),
        new Option("help", "show this help", Short: 'h'),
        new Option("version", "show the version", Short: 'v'))
    { OwnWords = 1 };

    private readonly CommandLine _line;
    private bool _servesPerson;

    /// <summary>Reads the command line up to the verb.</summary>
    /// <exception cref="UsageException">It is wrong.</exception>
    public GlobalOptions(string[] arguments)
    {
        _line = new CommandLine(Syntax, arguments);
        Store = new StateStore(_line.Value("root"));
    }

    public StateStore Store { get; }

    /// <summary>Where errors and debug messages go.</summary>
    public MessageLog Log { get; private set; } = MessageLog.StandardError;

    /// <summary>Whether systemd makes the cgroups of new containers.</summary>
    public bool UsesSystemd => _line.Has("systemd-cgroup") || _line.Value("cgroup-manager") == "systemd";

    /// <summary>Whether the caller is a person who sees standard error, and not an engine that reads the log.</summary>
    public bool ServesPerson
    {
        get => _servesPerson;
        set
        {
            _servesPerson = value;
            // Only the module asks for it, and whoever reads the advice then is in PowerShell.
            if (value)
                Advice.Executable = null;
        }
    }

    /// <summary>Whether the caller reads a report of how the command ended.</summary>
    public bool Reports => _line.Value("report") is not null;

    /// <summary>Whether the kernel killed the command for want of memory.</summary>
    public bool IsOutOfMemory { get; set; }

    public bool WantsVersion => _line.Has("version");

    public bool WantsHelp => _line.Has("help");

    public string? Verb => _line.Words is [var verb] ? verb : null;

    public string[] VerbArguments => _line.Rest;

    /// <summary>Opens the log and checks what the options say.</summary>
    /// <exception cref="UsageException">One of them is wrong.</exception>
    /// <exception cref="ContainerException">The log cannot be opened.</exception>
    public void Apply()
    {
        string format = _line.Value("log-format") ?? "text";
        if (format is not ("text" or "json"))
            throw new UsageException($"--log-format {format} is neither text nor json");
        if (_line.Has("report-only") && !Reports)
            throw new UsageException("--report-only without --report");
        LogLevel? level = _line.Has("debug") ? LogLevel.Debug : Level(_line.Value("log-level"));
        Log = _line.Value("report") is { } report
            ? MessageLog.OpenReport(report, level)
            : MessageLog.Open(_line.Value("log"), format == "json", level);
        if (!Log.IsCallers)
            Advice.Executable = _line.Value("root") is { } root ? $"pscontainer --root {root}" : "pscontainer";
        if (_line.Value("rootless") is not (null or "auto" or "true" or "false") and var rootless)
            throw new UsageException($"--rootless {rootless} is none of true, false, auto");
        if (_line.Value("cgroup-manager") is not (null or "cgroupfs" or "systemd" or "disabled") and var manager)
            throw new UsageException($"--cgroup-manager {manager} is none of cgroupfs, systemd, disabled");
    }

    /// <summary>Reports how the command ended, where the caller reads that.</summary>
    /// <param name="code">What it ended with.</param>
    /// <returns>What this process ends with.</returns>
    public int End(int code)
    {
        if (!Reports)
            return code;
        Log.Write("info", "the command ended",
        [
            ("exitCode", code.ToString(CultureInfo.InvariantCulture)),
            ("oomKilled", IsOutOfMemory ? "true" : "false"),
        ]);
        return _line.Has("report-only") ? 0 : code;
    }

    private static LogLevel? Level(string? level) => level?.ToLowerInvariant() switch
    {
        null => null,
        "panic" or "fatal" or "error" => LogLevel.Error,
        "warn" or "warning" or "info" => LogLevel.Warning,
        "debug" or "trace" => LogLevel.Debug,
        _ => throw new UsageException($"--log-level {level} is none of error, warning, info, debug"),
    };
}
