namespace PSContainer.Containers.Insight;

/// <summary>A process of a container, as the host sees it.</summary>
public sealed partial record ContainerProcess
{
    /// <summary>Host pid.</summary>
    public required int Id { get; init; }

    /// <summary>Pid inside the container's innermost pid namespace.</summary>
    public int NamespaceId { get; init; }

    /// <summary>Host pid of the parent.</summary>
    public int ParentId { get; init; }

    /// <summary>The kernel's name of its command (<c>comm</c>), 15 bytes at most. proc_pid_comm(5).</summary>
    /// <remarks>
    /// Not <c>Name</c> or <c>ProcessName</c>: by these Get-Process and its like would bind before they look at <see cref="Id"/>, and so
    /// mean every process of the host that is called alike.
    /// </remarks>
    public string CommandName { get; init; } = "";

    /// <summary>The command line, arguments separated by blanks; the name in brackets when it has none.</summary>
    public string Command { get; init; } = "";

    /// <summary>User by the container's own user file, else the number inside the container.</summary>
    public string User { get; init; } = "";

    /// <summary>User id inside the container's user namespace; <see langword="null"/> when it has none there.</summary>
    public uint? UserId { get; init; }

    /// <summary>The kernel's letter: <c>R S D T Z I</c>, proc_pid_stat(5).</summary>
    public char State { get; init; }

    /// <summary>When it started.</summary>
    public DateTime StartTime { get; init; }

    /// <summary>CPU time it used, of all its threads.</summary>
    public TimeSpan CpuTime { get; init; }

    /// <summary>Resident memory in bytes.</summary>
    public long MemoryRss { get; init; }

    /// <summary>Threads.</summary>
    public int ThreadCount { get; init; }

    /// <summary>Name of its container.</summary>
    public string Container { get; init; } = "";

    /// <summary>The cgroup that it was found in; <see langword="null"/> when it was not looked for there.</summary>
    public string? Cgroup { get; init; }

    /// <summary>The log of a process that was started in the background; <see langword="null"/> for others.</summary>
    public string? LogPath { get; init; }

    /// <summary>The name and the host pid.</summary>
    public override string ToString() => $"{CommandName} ({Id})";
}
