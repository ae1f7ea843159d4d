using System.Globalization;
using PSContainer.Kernel;
using PSContainer.Proc;
using PSContainer.Security;
using PSContainer.Spec;

namespace PSContainer.Containers.Insight;

/// <summary>
/// What a process may do: its capabilities, its ids, and what bounds it, at one moment. proc_pid_status(5), user_namespaces(7).
/// </summary>
public sealed record ProcessCapability
{
    /// <summary>Pid, as the caller's pid namespace has it.</summary>
    public required int ProcessId { get; init; }

    /// <summary>The kernel's name of its command (<c>comm</c>), as <see cref="ContainerProcess.CommandName"/>.</summary>
    public string CommandName { get; init; } = "";

    /// <summary>What it may do now.</summary>
    public required CapabilitySet Effective { get; init; }

    /// <summary>What it may make effective.</summary>
    public required CapabilitySet Permitted { get; init; }

    /// <summary>What it passes on to a program that has it inheritable too.</summary>
    public required CapabilitySet Inheritable { get; init; }

    /// <summary>The most that a program it executes can gain.</summary>
    public required CapabilitySet Bounding { get; init; }

    /// <summary>What it passes on to any program.</summary>
    public required CapabilitySet Ambient { get; init; }

    /// <summary>Whether it can gain nothing by execve(2): no_new_privs.</summary>
    public bool NoNewPrivileges { get; init; }

    /// <summary>Its system call filter: <c>Disabled</c>, <c>Strict</c> or <c>Filter</c>.</summary>
    public SeccompMode SeccompMode { get; init; }

    /// <summary>How many filters it has; 0 where the kernel does not say.</summary>
    public int SeccompFilters { get; init; }

    /// <summary>Effective user id, as the caller's user namespace has it.</summary>
    public uint UserId { get; init; }

    /// <summary>Effective group id.</summary>
    public uint GroupId { get; init; }

    /// <summary>Real, effective, saved and file system user id.</summary>
    public IReadOnlyList<uint> UserIds { get; init; } = [];

    /// <summary>Real, effective, saved and file system group id.</summary>
    public IReadOnlyList<uint> GroupIds { get; init; } = [];

    /// <summary>Supplementary groups, ascending.</summary>
    public IReadOnlyList<uint> Groups { get; init; } = [];

    /// <summary>User ids of its user namespace: inside, outside as the caller's has them, count.</summary>
    public IReadOnlyList<IdMapping> UidMap { get; init; } = [];

    /// <summary>As <see cref="UidMap"/>.</summary>
    public IReadOnlyList<IdMapping> GidMap { get; init; } = [];

    /// <summary>The number of the user namespace in which the capabilities hold.</summary>
    public ulong? UserNamespace { get; init; }

    /// <summary>The container it belongs to; <see langword="null"/> for none.</summary>
    public string? Container { get; init; }

    /// <summary>Reads a process.</summary>
    /// <returns>What it may do, or <see langword="null"/> when it is gone.</returns>
    public static ProcessCapability? Read(int pid)
    {
        if (ProcStatus.Read(pid) is not { } status)
            return null;
        string directory = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}");
        return new()
        {
            ProcessId = pid,
            CommandName = status.Name,
            Effective = new(status.Capabilities("CapEff")),
            Permitted = new(status.Capabilities("CapPrm")),
            Inheritable = new(status.Capabilities("CapInh")),
            Bounding = new(status.Capabilities("CapBnd")),
            Ambient = new(status.Capabilities("CapAmb")),
            NoNewPrivileges = status.NoNewPrivileges,
            SeccompMode = (SeccompMode)status.SeccompMode,
            SeccompFilters = status.SeccompFilters,
            UserId = status.UserIds is [_, var uid, ..] ? uid : 0,
            GroupId = status.GroupIds is [_, var gid, ..] ? gid : 0,
            UserIds = status.UserIds,
            GroupIds = status.GroupIds,
            Groups = status.Groups,
            UidMap = MapOf($"{directory}/uid_map"),
            GidMap = MapOf($"{directory}/gid_map"),
            UserNamespace = ContainerNamespace.InodeOf($"{directory}/ns/user"),
            Container = ContainerEngine.Default.FindByProcess(pid)?.Name,
        };
    }

    private static IReadOnlyList<IdMapping> MapOf(string path) =>
    [
        .. IdMapFile.Parse(ProcFile.Read(path)).Select(range =>
            new IdMapping { ContainerId = range.Inside, HostId = range.Outside, Size = range.Count }),
    ];
}
