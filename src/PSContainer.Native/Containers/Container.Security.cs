using System.Globalization;
using PSContainer.Kernel;
using PSContainer.Mounts;
using PSContainer.Proc;
using PSContainer.Security;
using PSContainer.Spec;
using PSContainer.Words;

namespace PSContainer.Containers;

// What confines it, as the kernel says of its first process: not what was asked for. All null when there is no such process.
public sealed partial class Container
{
    /// <summary>User id of its first process, as its user namespace has it.</summary>
    public uint? UserId => FromStatus(static (status, pid) => Inside(pid, "uid_map", status.UserIds));

    /// <summary>Group id of its first process, as its user namespace has it.</summary>
    public uint? GroupId => FromStatus(static (status, pid) => Inside(pid, "gid_map", status.GroupIds));

    /// <summary>Supplementary groups of its first process, as the host has them.</summary>
    public IReadOnlyList<uint>? AdditionalGroups => FromStatus(static (status, _) => status.Groups);

    /// <summary>User ids inside and on the host.</summary>
    public IReadOnlyList<IdMapping>? UidMap => FromStatus(static (_, pid) => MapOf(pid, "uid_map"));

    /// <summary>Group ids inside and on the host.</summary>
    public IReadOnlyList<IdMapping>? GidMap => FromStatus(static (_, pid) => MapOf(pid, "gid_map"));

    /// <summary>Capabilities that the kernel asks for when its first process does something.</summary>
    public IReadOnlyList<Capability>? EffectiveCapabilities => CapabilitiesOf("CapEff");

    /// <summary>Capabilities that can be made effective.</summary>
    public IReadOnlyList<Capability>? PermittedCapabilities => CapabilitiesOf("CapPrm");

    /// <summary>Capabilities that pass execve(2) of a file that has them as inheritable.</summary>
    public IReadOnlyList<Capability>? InheritableCapabilities => CapabilitiesOf("CapInh");

    /// <summary>Capabilities that nothing in it can go beyond.</summary>
    public IReadOnlyList<Capability>? BoundingCapabilities => CapabilitiesOf("CapBnd");

    /// <summary>Capabilities that a user other than root keeps through execve(2).</summary>
    public IReadOnlyList<Capability>? AmbientCapabilities => CapabilitiesOf("CapAmb");

    /// <summary>Whether set-user-id programs and file capabilities give nothing.</summary>
    public bool? NoNewPrivileges => FromStatus(static (status, _) => (bool?)status.NoNewPrivileges);

    /// <summary>Whether system calls are filtered.</summary>
    public SeccompMode? SeccompMode => FromStatus(static (status, _) => (SeccompMode?)status.SeccompMode);

    /// <summary>How many filters, those of this process's own ancestors included.</summary>
    public int? SeccompFilterCount => FromStatus(static (status, _) => (int?)status.SeccompFilters);

    /// <summary>The AppArmor profile or SELinux label in force; <see langword="null"/> where the kernel has neither, too.</summary>
    public string? SecurityLabel => FromStatus(static (_, pid) =>
        ProcFile.Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/attr/current"))?.TrimEnd('\0', '\n') is { Length: > 0 } label
            ? label
            : null);

    /// <summary>Paths that something empty covers: the null device, or a directory with nothing in it that stays so.</summary>
    public IReadOnlyList<string>? MaskedPaths => FromStatus(static (_, pid) => MaskedIn(MountInfo.Of(pid)));

    /// <summary>Mount points that cannot be written, <c>/</c> among them when the root cannot be.</summary>
    public IReadOnlyList<string>? ReadOnlyPaths => FromStatus(static (_, pid) => ReadOnlyIn(MountInfo.Of(pid)));

    private static string[] MaskedIn(IReadOnlyList<MountInfo> mounts) =>
        [.. mounts.Where(mount => IsMask(mount, mounts)).Select(static mount => mount.MountPoint).Distinct()];

    private static string[] ReadOnlyIn(IReadOnlyList<MountInfo> mounts) =>
    [
        .. mounts.GroupBy(static mount => mount.MountPoint).Select(static stack => stack.Last())
            .Where(mount => mount.IsReadOnly && !IsMask(mount, mounts)).Select(static mount => mount.MountPoint),
    ];

    private IReadOnlyList<Capability>? CapabilitiesOf(string set) =>
        FromStatus((status, _) => CapabilitySets.All.Where(one => (status.Capabilities(set) >> (int)one & 1) != 0).ToArray());

    // An empty directory has nothing mounted in it, unlike the one that holds the cgroup hierarchies.
    private static bool IsMask(MountInfo mount, IReadOnlyList<MountInfo> all) =>
        mount.Root.EndsWith("/null", StringComparison.Ordinal) && !PathWord.IsBelow(mount.MountPoint, "/dev")
        || (mount is { FileSystem: "tmpfs", IsReadOnly: true } && mount.Options.Contains("noexec") && mount.Options.Contains("nodev")
            && !all.Any(other => other != mount && PathWord.IsBelow(other.MountPoint, mount.MountPoint)));

    private static uint? Inside(int pid, string file, uint[] ids) =>
        ids is [_, var effective, ..]
            ? IdMapFile.Inside(IdMapFile.Parse(ProcFile.Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/{file}"))), effective)
            : null;

    private static IdMapping[] MapOf(int pid, string file) =>
    [
        .. IdMapFile.Parse(ProcFile.Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/{file}")))
            .Select(static range => new IdMapping { ContainerId = range.Inside, HostId = range.Outside, Size = range.Count }),
    ];

    // The pid is looked at again afterwards: what was read in between is of this process and of no later one.
    private T? FromStatus<T>(Func<ProcStatus, int, T?> read) => Read(() =>
        LivePid is { } pid && ProcStatus.Read(pid) is { } status && read(status, pid) is var value && LivePid == pid ? value : default);
}

/// <summary>What seccomp(2) does to a process's system calls.</summary>
public enum SeccompMode
{
    /// <summary>Nothing.</summary>
    Disabled = 0,

    /// <summary>Only read, write, exit and sigreturn are let.</summary>
    Strict = 1,

    /// <summary>Filters decide.</summary>
    Filter = 2,
}
