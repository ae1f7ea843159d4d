using PSContainer.State;

namespace PSContainer.Runtime;

/// <summary>Options that stand before the verb.</summary>
internal sealed class GlobalOptions
{
    private static readonly string[] WithValue = ["root", "log", "log-format", "log-level", "rootless", "cgroup-manager"];
    private static readonly string[] WithoutValue = ["debug", "systemd-cgroup", "version|v", "help|h"];
    private readonly CommandLine _line;

    public GlobalOptions(string[] arguments)
    {
        _line = new CommandLine(arguments, WithValue, WithoutValue, words: 1);
        Store = new StateStore(_line.Value("root"));
        if (LogFormat is not ("text" or "json"))
            throw new UsageException($"--log-format {LogFormat} is neither text nor json");
        if (_line.Has("systemd-cgroup") || _line.Value("cgroup-manager") == "systemd")
            throw new UsageException("the systemd cgroup manager is not supported by this version: leave out --systemd-cgroup");
    }

    public StateStore Store { get; }

    public string? Log => _line.Value("log");

    public string LogFormat => _line.Value("log-format") ?? "text";

    public bool WantsVersion => _line.Has("version");

    public bool WantsHelp => _line.Has("help");

    public string? Verb => _line.Words is [var verb] ? verb : null;

    public string[] VerbArguments => _line.Rest;
}
