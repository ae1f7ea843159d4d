using PSContainer.Spec;
using static PSContainer.Kernel.SeccompCalls;

namespace PSContainer.Security.Seccomp;

/// <summary>The calls without which nothing can be started or can end.</summary>
/// <remarks>
/// The executable itself starts what such a filter is asked for, as every runtime does, and reports the call that fails; whoever
/// composes a container by cmdlet hears of it before anything is made.
/// </remarks>
internal static class SeccompNeeds
{
    private static readonly string[] s_ofCommand = ["execve", "exit_group"];

    private static readonly string[] s_ofInit = ["execveat", "clone", "signalfd4", "ppoll", "read", "waitid"];

    /// <summary>Refuses a filter that is certain to refuse one of them.</summary>
    /// <param name="filter">The filter; <see langword="null"/> for none.</param>
    /// <param name="usesInit">Whether the runtime's own init is the first process.</param>
    /// <exception cref="InvalidSpecException">It does, whatever the arguments are.</exception>
    internal static void Require(SeccompSpec? filter, bool usesInit)
    {
        if (filter is null)
            return;
        string[] needed = usesInit ? [.. s_ofCommand, .. s_ofInit] : s_ofCommand;
        string[] refused = [.. needed.Where(call => IsRefused(filter, call))];
        if (refused.Length == 0)
            return;
        string init = usesInit ? " by the built-in init" : "";
        throw new InvalidSpecException(
            $"The system call filter refuses {string.Join(", ", refused)}: no command can be started and ended{init} without.",
            $"Allow them: New-SeccompProfile -Allow {string.Join(", ", refused)}, …")
        { Target = "linux.seccomp" };
    }

    // What decides is said at SeccompCompiler: an unconditional rule settles a call, and of several the first.
    private static bool IsRefused(SeccompSpec filter, string call)
    {
        uint? byDefault = SeccompAction.Parse(filter.DefaultAction);
        bool hasConditions = false;
        foreach (SeccompRuleSpec rule in filter.Syscalls ?? [])
        {
            uint? action = SeccompAction.Parse(rule.Action);
            if (rule.Names?.Contains(call) != true || (action == byDefault && rule.ErrnoRet == filter.DefaultErrnoRet))
                continue;
            if (rule.Args is not { Count: > 0 })
                return Refuses(action);
            hasConditions = true;
        }
        return !hasConditions && Refuses(byDefault);
    }

    private static bool Refuses(uint? action) =>
        action is SECCOMP_RET_ERRNO or SECCOMP_RET_KILL_PROCESS or SECCOMP_RET_KILL_THREAD or SECCOMP_RET_TRAP;
}
