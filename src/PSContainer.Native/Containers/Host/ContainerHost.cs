using PSContainer.Cgroups.Hierarchies;
using PSContainer.Machine;

namespace PSContainer.Containers.Host;

/// <summary>What this host is, as far as containers are concerned.</summary>
public sealed record ContainerHost
{
    /// <summary>Release of the kernel, uname(2).</summary>
    public required string KernelRelease { get; init; }

    /// <summary>Machine, uname(2): <c>x86_64</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Name of the distribution, os-release(5).</summary>
    public string OperatingSystem { get; init; } = "";

    /// <summary>The host's name.</summary>
    public string HostName { get; init; } = "";

    /// <summary>CPUs that are online.</summary>
    public int CpuCount { get; init; }

    /// <summary>Memory in bytes.</summary>
    public long MemoryTotal { get; init; }

    /// <summary>Swap in bytes.</summary>
    public long SwapTotal { get; init; }

    /// <summary>Effective user id of the caller.</summary>
    public uint UserId { get; init; }

    /// <summary>Whether the caller is root.</summary>
    public bool IsRoot => UserId == 0;

    /// <summary>How control groups are mounted.</summary>
    public CgroupMode CgroupMode { get; init; }

    /// <summary>Controllers of control groups that are mounted.</summary>
    public IReadOnlyList<string> CgroupControllers { get; init; } = [];

    /// <summary>Of these, the ones the caller can use.</summary>
    public IReadOnlyList<string> DelegatedControllers { get; init; } = [];

    /// <summary>Security modules, <c>/sys/kernel/security/lsm</c>.</summary>
    public IReadOnlyList<string> SecurityModules { get; init; } = [];

    /// <summary>Version of the kernel's path rules, landlock(7); 0 for none.</summary>
    public int LandlockVersion { get; init; }

    /// <summary>Whether system calls can be filtered.</summary>
    public bool HasSeccomp { get; init; }

    /// <summary>Whether the kernel has overlayfs, or can load it.</summary>
    public bool HasOverlay { get; init; }

    /// <summary>Kinds of namespaces the kernel has.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>Most user namespaces the caller may have; 0 when there can be none.</summary>
    public long UserNamespaceMax { get; init; }

    /// <summary>Ranges of subordinate user ids, subuid(5).</summary>
    public IReadOnlyList<SubIdRange> SubUids { get; init; } = [];

    /// <summary>Ranges of subordinate group ids, subgid(5).</summary>
    public IReadOnlyList<SubIdRange> SubGids { get; init; } = [];

    /// <summary>Where the state of containers is.</summary>
    public string StateDirectory { get; init; } = "";

    /// <summary>The executable that makes containers; <see langword="null"/> when it is missing.</summary>
    public string? RuntimePath { get; init; }
}
