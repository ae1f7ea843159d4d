namespace PSContainer.Spec;

/// <summary>Resource limits by name, getrlimit(2).</summary>
public static class Rlimit
{
    private static readonly string[] Names =
    [
        "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_DATA", "RLIMIT_STACK", "RLIMIT_CORE", "RLIMIT_RSS", "RLIMIT_NPROC", "RLIMIT_NOFILE",
        "RLIMIT_MEMLOCK", "RLIMIT_AS", "RLIMIT_LOCKS", "RLIMIT_SIGPENDING", "RLIMIT_MSGQUEUE", "RLIMIT_NICE", "RLIMIT_RTPRIO",
        "RLIMIT_RTTIME",
    ];

    /// <summary>All names, in the order of their numbers.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>The kernel's number of a limit, or -1.</summary>
    public static int Number(string name) => Array.IndexOf(Names, name);
}
