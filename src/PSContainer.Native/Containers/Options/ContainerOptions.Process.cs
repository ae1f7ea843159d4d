using PSContainer.Kernel;

namespace PSContainer.Containers.Options;

public sealed partial record ContainerOptions
{
    /// <summary>The command and its arguments; empty: the built-in init keeps the container alive until it is stopped.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Working directory inside, absolute; <see langword="null"/>: <c>/</c>.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Environment variables over the defaults; a <see langword="null"/> value removes a default one.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>
    /// Files of <c>NAME=value</c> lines, read before <see cref="Environment"/>; <c>#</c> begins a comment line.
    /// </summary>
    public IReadOnlyList<string> EnvironmentFiles { get; init; } = [];

    /// <summary>
    /// <c>user</c>, <c>uid</c>, <c>user:group</c> or <c>uid:gid</c>, by the root filesystem's own files; default root.
    /// </summary>
    public string? User { get; init; }

    /// <summary>The primary group by name or number; over the group in <see cref="User"/>.</summary>
    public string? Group { get; init; }

    /// <summary>Supplementary groups by name or number, besides those the group file gives the user.</summary>
    public IReadOnlyList<string> AdditionalGroups { get; init; } = [];

    /// <summary>File mode creation mask, 0 to 511 (octal 777); <see langword="null"/>: octal 022.</summary>
    public int? Umask { get; init; }

    /// <summary>Gives the command a terminal of its own.</summary>
    public bool Tty { get; init; }

    /// <summary>Keeps the command's standard input open.</summary>
    public bool Interactive { get; init; }

    /// <summary>Whether PID 1 is our init, which reaps and forwards signals; always so without a command.</summary>
    public bool Init { get; init; }

    /// <summary>The signal that asks the container to stop; <see langword="null"/>: SIGTERM.</summary>
    public Signal? StopSignal { get; init; }

    /// <summary>How long to wait after the stop signal before SIGKILL; <see langword="null"/>: 10 seconds.</summary>
    public TimeSpan? StopTimeout { get; init; }

    /// <summary>Resource limits, getrlimit(2), by name in any spelling: <c>nofile</c>, <c>RLIMIT_NOFILE</c>.</summary>
    public IReadOnlyDictionary<string, Ulimit> Ulimits { get; init; } = new Dictionary<string, Ulimit>();

    /// <summary>-1000 (never killed for memory) to 1000 (first); <see langword="null"/>: the caller's.</summary>
    public int? OomScoreAdjust { get; init; }
}
