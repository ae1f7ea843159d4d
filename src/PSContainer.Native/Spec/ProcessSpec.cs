using System.Text.Json.Serialization;

namespace PSContainer.Spec;

/// <summary>A process of a container (config.md, "Process"); also the body of <c>exec --process</c>.</summary>
public sealed partial record ProcessSpec
{
    /// <summary>Whether the process gets a terminal of its own as its standard streams.</summary>
    public bool Terminal { get; init; }

    /// <summary>The terminal's size in characters.</summary>
    public ConsoleSize? ConsoleSize { get; init; }

    /// <summary>Working directory: an absolute path inside the container.</summary>
    public string Cwd { get; init; } = "/";

    /// <summary>The environment, <c>NAME=value</c> each.</summary>
    public IReadOnlyList<string>? Env { get; init; }

    /// <summary>The command and its arguments, as execvp(3) takes them.</summary>
    public IReadOnlyList<string>? Args { get; init; }

    /// <summary>Who runs it.</summary>
    public UserSpec? User { get; init; }

    /// <summary>The five capability sets (capabilities(7)); <see langword="null"/> leaves none.</summary>
    public CapabilitiesSpec? Capabilities { get; init; }

    /// <summary>Resource limits (getrlimit(2)), one a type.</summary>
    public IReadOnlyList<RlimitSpec>? Rlimits { get; init; }

    /// <summary>Whether gaining privileges through execve(2) is off (PR_SET_NO_NEW_PRIVS).</summary>
    public bool NoNewPrivileges { get; init; }

    /// <summary>The AppArmor profile to enter at execve(2).</summary>
    public string? ApparmorProfile { get; init; }

    /// <summary>The SELinux label of the process.</summary>
    public string? SelinuxLabel { get; init; }

    /// <summary>-1000 (never) to 1000 (first), proc(5) oom_score_adj; <see langword="null"/> leaves the caller's.</summary>
    public int? OomScoreAdj { get; init; }

    /// <summary>Scheduling policy (sched_setattr(2)).</summary>
    public SchedulerSpec? Scheduler { get; init; }

    /// <summary>I/O priority (ioprio_set(2)).</summary>
    [JsonPropertyName("ioPriority")]
    public IoPrioritySpec? IoPriority { get; init; }

    /// <summary>CPU affinity of processes executed later (<c>exec</c>).</summary>
    [JsonPropertyName("execCPUAffinity")]
    public ExecCpuAffinitySpec? ExecCpuAffinity { get; init; }
}

/// <summary>A terminal's size in characters.</summary>
public sealed partial record ConsoleSize
{
    /// <summary>Rows.</summary>
    public uint Height { get; init; }

    /// <summary>Columns.</summary>
    public uint Width { get; init; }
}

/// <summary>User and groups of a process, as ids inside the container's user namespace.</summary>
public sealed partial record UserSpec
{
    /// <summary>User id.</summary>
    public uint Uid { get; init; }

    /// <summary>Group id.</summary>
    public uint Gid { get; init; }

    /// <summary>File mode creation mask; <see langword="null"/> means 0022.</summary>
    public uint? Umask { get; init; }

    /// <summary>Supplementary groups; the process has these and no others.</summary>
    public IReadOnlyList<uint>? AdditionalGids { get; init; }

    /// <summary>A user name: for Windows in the specification, ignored on Linux.</summary>
    public string? Username { get; init; }
}

/// <summary>The five capability sets of a thread, by name (<c>CAP_NET_ADMIN</c>), capabilities(7).</summary>
public sealed partial record CapabilitiesSpec
{
    /// <summary>The limit for what execve(2) can gain.</summary>
    public IReadOnlyList<string>? Bounding { get; init; }

    /// <summary>What the kernel checks.</summary>
    public IReadOnlyList<string>? Effective { get; init; }

    /// <summary>What survives execve(2) of a file with inheritable capabilities.</summary>
    public IReadOnlyList<string>? Inheritable { get; init; }

    /// <summary>The limit for the effective set.</summary>
    public IReadOnlyList<string>? Permitted { get; init; }

    /// <summary>What survives execve(2) of an ordinary file by a user other than root.</summary>
    public IReadOnlyList<string>? Ambient { get; init; }
}

/// <summary>One resource limit, getrlimit(2).</summary>
public sealed partial record RlimitSpec
{
    /// <summary><c>RLIMIT_NOFILE</c> and so on.</summary>
    public string Type { get; init; } = "";

    /// <summary>The ceiling; 18446744073709551615 is no limit.</summary>
    public ulong Hard { get; init; }

    /// <summary>The limit in force; not above <see cref="Hard"/>.</summary>
    public ulong Soft { get; init; }
}

/// <summary>Scheduling of a process, sched_setattr(2).</summary>
public sealed partial record SchedulerSpec
{
    /// <summary><c>SCHED_OTHER</c>, <c>SCHED_FIFO</c>, <c>SCHED_RR</c>, <c>SCHED_BATCH</c>, <c>SCHED_IDLE</c>, <c>SCHED_DEADLINE</c>.</summary>
    public string Policy { get; init; } = "";

    /// <summary>-20 to 19, for SCHED_OTHER and SCHED_BATCH.</summary>
    public int Nice { get; init; }

    /// <summary>1 to 99, for SCHED_FIFO and SCHED_RR.</summary>
    public int Priority { get; init; }

    /// <summary><c>SCHED_FLAG_…</c> names.</summary>
    public IReadOnlyList<string>? Flags { get; init; }

    /// <summary>Nanoseconds, for SCHED_DEADLINE.</summary>
    public ulong Runtime { get; init; }

    /// <summary>Nanoseconds, for SCHED_DEADLINE.</summary>
    public ulong Deadline { get; init; }

    /// <summary>Nanoseconds, for SCHED_DEADLINE.</summary>
    public ulong Period { get; init; }
}

/// <summary>I/O priority of a process, ioprio_set(2).</summary>
public sealed partial record IoPrioritySpec
{
    /// <summary><c>IOPRIO_CLASS_RT</c>, <c>IOPRIO_CLASS_BE</c> or <c>IOPRIO_CLASS_IDLE</c>.</summary>
    public string Class { get; init; } = "";

    /// <summary>0 (highest) to 7.</summary>
    public int Priority { get; init; }
}

/// <summary>CPU affinity of an executed process, as lists (<c>0-3,7</c>).</summary>
public sealed partial record ExecCpuAffinitySpec
{
    /// <summary>While it is set up, before it enters the cgroup.</summary>
    public string? Initial { get; init; }

    /// <summary>From then on.</summary>
    public string? Final { get; init; }
}
