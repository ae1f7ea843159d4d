using PSContainer.Freestanding;
using PSContainer.Kernel;
using PSContainer.Security.Seccomp;

namespace PSContainer.Plan;

/// <summary>The system calls between the moment in which a parked init is confined and its command.</summary>
/// <remarks>
/// A filter that refuses one of them would hinder the start of a container whose command needs none: it comes right before execve
/// then, as without a wait.
/// </remarks>
internal static class WaitingCalls
{
    private const int ForkedWithDescriptor = 0x1000 | Signals.SIGCHLD;

    private static readonly (string Name, int Number, int First)[] ToWait =
    [
        ("sendto", SyscallNumber.sendto, 0), ("read", SyscallNumber.read, 0), ("close", SyscallNumber.close, 0),
        ("prctl", SyscallNumber.prctl, Prctl.SetDumpable), ("exit_group", SyscallNumber.exit_group, 0),
    ];

    // In the init: its files in memory, the process and its end. In the hook: its session, what ends it with the init, its streams.
    private static readonly (string Name, int Number, int First)[] ForHooks =
    [
        ("memfd_create", SyscallNumber.memfd_create, 0), ("fcntl", SyscallNumber.fcntl, 0), ("getpid", SyscallNumber.getpid, 0),
        ("lseek", SyscallNumber.lseek, 0), ("clone", SyscallNumber.clone, ForkedWithDescriptor), ("ppoll", SyscallNumber.ppoll, 0),
        ("waitid", SyscallNumber.waitid, 0), ("pidfd_send_signal", SyscallNumber.pidfd_send_signal, 0),
        ("setsid", SyscallNumber.setsid, 0), ("prctl", SyscallNumber.prctl, Prctl.SetParentDeathSignal),
        ("getppid", SyscallNumber.getppid, 0), ("dup3", SyscallNumber.dup3, 0), ("close_range", SyscallNumber.close_range, 0),
        ("execve", SyscallNumber.execve, 0),
    ];

    /// <summary>Those that a filter does not let through.</summary>
    /// <param name="filter">struct sock_filter after another; <see langword="null"/> for none.</param>
    /// <param name="hasHooks">Whether startContainer hooks run after the wait.</param>
    /// <param name="hasLimits">Whether resource limits are set after the wait.</param>
    public static IReadOnlyList<string> Refused(byte[]? filter, bool hasHooks, bool hasLimits)
    {
        if (filter is null)
            return [];
        var refused = new List<string>();
        AddRefused(refused, filter, ToWait);
        if (hasHooks)
            AddRefused(refused, filter, ForHooks);
        if (hasLimits && RlimitPlan.IsRefusedBy(filter))
            refused.Add("prlimit64");
        return refused;
    }

    private static void AddRefused(List<string> refused, byte[] filter, (string Name, int Number, int First)[] calls)
    {
        foreach ((string name, int number, int first) in calls)
        {
            if (!SeccompVerdict.Allows(filter, number, (ulong)first) && !refused.Contains(name))
                refused.Add(name);
        }
    }
}
