using static PSContainer.Kernel.SeccompCalls;

namespace PSContainer.Security.Seccomp;

/// <summary>Reads actions (<c>SCMP_ACT_…</c>) into what a filter returns.</summary>
internal static class SeccompAction
{
    private const uint LargestMessage = 0xffff;

    /// <summary>The value that a filter returns for an action.</summary>
    /// <param name="name">The action's name in the specification.</param>
    /// <param name="errno">Error number, or a tracer's message; <see langword="null"/> means EPERM.</param>
    /// <param name="rule">The rule's index for the error's text, or <see cref="SeccompMember.Default"/>.</param>
    /// <exception cref="InvalidSpecException">No such action, or one with no or a smaller error number.</exception>
    public static uint Parse(string name, uint? errno, int rule)
    {
        uint action = Parse(name) ?? throw new InvalidSpecException(
            $"{SeccompMember.OfAction(rule)}: '{name}' is not an action.",
            "Use SCMP_ACT_ALLOW, SCMP_ACT_ERRNO, SCMP_ACT_KILL_PROCESS, SCMP_ACT_KILL_THREAD, SCMP_ACT_TRAP, SCMP_ACT_TRACE, "
            + "SCMP_ACT_LOG or SCMP_ACT_NOTIFY.");
        uint limit = action switch
        {
            SECCOMP_RET_ERRNO => LargestErrno,
            SECCOMP_RET_TRACE => LargestMessage,
            _ => 0,
        };
        if (limit == 0)
        {
            return errno is null ? action : throw new InvalidSpecException(
                $"{SeccompMember.OfAction(rule)}: {name} takes no error number.",
                "Leave out the error number, or use SCMP_ACT_ERRNO.");
        }
        uint data = errno ?? Kernel.Errno.EPERM;
        return data <= limit ? action | data : throw new InvalidSpecException(
            $"{SeccompMember.OfAction(rule)}: {data} is too large for {name}.", $"Use a number from 0 to {limit}.");
    }

    /// <summary>The action's bits of a filter's return value, or <see langword="null"/> for a name that is none.</summary>
    public static uint? Parse(string? name) => name switch
    {
        "SCMP_ACT_ALLOW" => SECCOMP_RET_ALLOW,
        "SCMP_ACT_ERRNO" => SECCOMP_RET_ERRNO,
        "SCMP_ACT_KILL" or "SCMP_ACT_KILL_THREAD" => SECCOMP_RET_KILL_THREAD,
        "SCMP_ACT_KILL_PROCESS" => SECCOMP_RET_KILL_PROCESS,
        "SCMP_ACT_TRAP" => SECCOMP_RET_TRAP,
        "SCMP_ACT_TRACE" => SECCOMP_RET_TRACE,
        "SCMP_ACT_LOG" => SECCOMP_RET_LOG,
        "SCMP_ACT_NOTIFY" => SECCOMP_RET_USER_NOTIF,
        _ => null,
    };
}
