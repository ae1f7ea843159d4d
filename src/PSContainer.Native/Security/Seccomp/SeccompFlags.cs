using static PSContainer.Kernel.SeccompCalls;

namespace PSContainer.Security.Seccomp;

/// <summary>Reads a configuration's flags into those of seccomp(2).</summary>
internal static class SeccompFlags
{
    /// <summary>The flags to load a filter with.</summary>
    /// <param name="names">
    /// <c>SECCOMP_FILTER_FLAG_…</c> names; <see langword="null"/> means SPEC_ALLOW, as other runtimes have it: the mitigation
    /// that its absence turns on costs every program speed, and the kernel itself stopped tying it to filters in 5.16.
    /// </param>
    /// <param name="notifies">Whether the filter has an action that a listener answers.</param>
    /// <exception cref="InvalidSpecException">A name is none of the specification's.</exception>
    public static uint Parse(IReadOnlyList<string>? names, bool notifies)
    {
        uint flags = names is null ? SECCOMP_FILTER_FLAG_SPEC_ALLOW : 0;
        for (int index = 0; index < (names?.Count ?? 0); index++)
            flags |= Parse(names![index]);
        if (!notifies)
            return flags & ~SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;

        flags |= SECCOMP_FILTER_FLAG_NEW_LISTENER;
        // With a listener the kernel accepts TSYNC only when a thread that cannot follow is an errno, not a thread id.
        return (flags & SECCOMP_FILTER_FLAG_TSYNC) != 0 ? flags | SECCOMP_FILTER_FLAG_TSYNC_ESRCH : flags;
    }

    private static uint Parse(string name) => name switch
    {
        "SECCOMP_FILTER_FLAG_TSYNC" => SECCOMP_FILTER_FLAG_TSYNC,
        "SECCOMP_FILTER_FLAG_LOG" => SECCOMP_FILTER_FLAG_LOG,
        "SECCOMP_FILTER_FLAG_SPEC_ALLOW" => SECCOMP_FILTER_FLAG_SPEC_ALLOW,
        "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" => SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
        _ => throw new InvalidSpecException(
            $"linux.seccomp.flags: '{name}' is not a flag.",
            "Use SECCOMP_FILTER_FLAG_TSYNC, _LOG, _SPEC_ALLOW or _WAIT_KILLABLE_RECV."),
    };
}
