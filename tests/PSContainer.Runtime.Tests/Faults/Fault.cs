namespace PSContainer.Runtime.Tests.Faults;

/// <summary>One thing that goes wrong: at a call of a process, counted from 0 among those of <see cref="TracedCalls"/>.</summary>
/// <param name="Process">The process: 0 is the one that was started, then in the order in which they come.</param>
/// <param name="Call">Its call.</param>
/// <param name="Errno">What the call fails with; 0: the process is killed before it makes the call.</param>
internal sealed record Fault(int Process, int Call, int Errno = 0);

/// <summary>A call that a process made.</summary>
/// <param name="Process">As in <see cref="Fault"/>.</param>
/// <param name="Index">As in <see cref="Fault.Call"/>.</param>
/// <param name="Name">Its name.</param>
internal sealed record TracedCall(int Process, int Index, string Name);

/// <summary>The system calls that change something: between two of them a kill makes no difference.</summary>
internal static class TracedCalls
{
    private static readonly Dictionary<int, string> Names = typeof(Kernel.SyscallNumber).GetFields()
        .Select(field => (Number: (int)field.GetRawConstantValue()!, field.Name))
        .Concat(typeof(Kernel.SyscallNumber).GetProperties().Select(call => (Number: (int)call.GetValue(null)!, call.Name)))
        .ToDictionary(call => call.Number, call => call.Name);

    private static readonly HashSet<string> Changing =
    [
        "mkdirat", "mknodat", "symlinkat", "linkat", "renameat2", "unlinkat", "ftruncate", "fchmod", "fchmodat", "fchown", "fchownat",
        "utimensat", "write", "pwrite64", "sendto", "sendmsg", "clone", "clone3", "unshare", "setns", "mount", "umount2", "move_mount", "fsopen",
        "fsconfig", "fsmount", "open_tree", "mount_setattr", "pivot_root", "chroot", "sethostname", "setdomainname", "setsid", "keyctl",
        "setgroups", "setresuid", "setresgid", "capset", "seccomp", "bpf", "execve", "execveat", "pidfd_send_signal", "socketpair", "flock",
        "pipe2", "memfd_create", "sched_setattr", "openat2",
    ];

    /// <summary>The name of a call that counts, or <see langword="null"/>.</summary>
    public static string? NameOf(int number) => Names.GetValueOrDefault(number) is { } name && Changing.Contains(name) ? name : null;
}
