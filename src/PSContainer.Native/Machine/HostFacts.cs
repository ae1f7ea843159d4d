using PSContainer.Kernel;
using PSContainer.Proc;
using PSContainer.Security;
using PSContainer.Spec;
using PSContainer.Words;

namespace PSContainer.Machine;

/// <summary>What composing needs to know of the host; read once, so that composing itself asks nothing.</summary>
public sealed record HostFacts
{
    /// <summary>CPUs that are online, as a list (<c>0-3</c>).</summary>
    public required string OnlineCpus { get; init; }

    /// <summary>How many of them.</summary>
    public int CpuCount => CpuListWord.Numbers(OnlineCpus).Count;

    /// <summary>Memory nodes that are online, as a list.</summary>
    public string MemoryNodes { get; init; } = "0";

    /// <summary>Effective user id of the caller.</summary>
    public required uint UserId { get; init; }

    /// <summary>Effective group id of the caller.</summary>
    public required uint GroupId { get; init; }

    /// <summary>Ranges of subordinate user ids that can be used; empty for root, who needs none, and without newuidmap(1).</summary>
    public IReadOnlyList<SubIdRange> SubUids { get; init; } = [];

    /// <summary>Ranges of subordinate group ids that can be used.</summary>
    public IReadOnlyList<SubIdRange> SubGids { get; init; } = [];

    /// <summary>User ids of the namespace that the caller is in; <see langword="null"/>: all, as the host's.</summary>
    public IReadOnlyList<IdMapping>? CallerUidMap { get; init; }

    /// <summary>As <see cref="CallerUidMap"/>, of groups.</summary>
    public IReadOnlyList<IdMapping>? CallerGidMap { get; init; }

    /// <summary>Whether a process of the caller's own user namespace can be in other groups than the caller.</summary>
    public bool CallerMaySetGroups { get; init; } = true;

    /// <summary>
    /// User ids of a user namespace of the caller's: root inside is the caller, the ids above are those set aside for him.
    /// </summary>
    public IReadOnlyList<IdMapping> UidMap => OwnMap(UserId, SubUids);

    /// <summary>As <see cref="UidMap"/>, for groups.</summary>
    public IReadOnlyList<IdMapping> GidMap => OwnMap(GroupId, SubGids);

    /// <summary>The host's name.</summary>
    public required string HostName { get; init; }

    /// <summary>
    /// Capabilities that the caller can give, bits by their numbers: root those that it has, others all that the kernel knows, since
    /// what they start has a user namespace of its own.
    /// </summary>
    public required ulong CapabilityBits { get; init; }

    /// <summary>Capabilities that the caller can give and this version knows.</summary>
    public IEnumerable<Capability> Capabilities => CapabilitySets.All.Where(one => (CapabilityBits & (1UL << (int)one)) != 0);

    /// <summary>Kernel parameters of a network that this kernel has, of those that <c>SysctlComposer</c> sets.</summary>
    public IReadOnlyList<string> NetworkSysctls { get; init; } = SysctlName.OfNetwork;

    /// <summary>Directories of sysfs that tell how hot a processor runs, and so what it works at; none where the processor has no such.</summary>
    public IReadOnlyList<string> ThermalPaths { get; init; } = [];

    /// <summary>Reads them.</summary>
    public static HostFacts Read() => new()
    {
        OnlineCpus = Text("/sys/devices/system/cpu/online", "0"),
        MemoryNodes = Text("/sys/devices/system/node/online", "0"),
        UserId = Files.geteuid(),
        GroupId = Files.getegid(),
        SubUids = SubIds("/etc/subuid", "newuidmap"),
        SubGids = SubIds("/etc/subgid", "newgidmap"),
        CallerUidMap = CallerMap("uid_map"),
        CallerGidMap = CallerMap("gid_map"),
        CallerMaySetGroups = !UserNamespace.IsInside || Text("/proc/self/setgroups", "allow") != "deny",
        HostName = Text("/proc/sys/kernel/hostname", "localhost"),
        CapabilityBits = OwnCapabilities(),
        NetworkSysctls = [.. SysctlName.OfNetwork.Where(static name => File.Exists($"/proc/sys/{SysctlName.ToPath(name)}"))],
        ThermalPaths = Directory.Exists(ThermalPath(0))
            ? [.. CpuListWord.Numbers(Text("/sys/devices/system/cpu/possible", "0")).Select(ThermalPath)]
            : [],
    };

    private static ulong OwnCapabilities()
    {
        if (Files.geteuid() != 0)
            return (2UL << int.Parse(Text("/proc/sys/kernel/cap_last_cap", "40"), System.Globalization.CultureInfo.InvariantCulture)) - 1;
        return ProcStatus.Read(Environment.ProcessId) is { } status
            ? status.Capabilities("CapBnd") & status.Capabilities("CapPrm")
            : ulong.MaxValue;
    }

    private static string ThermalPath(int cpu) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/sys/devices/system/cpu/cpu{cpu}/thermal_throttle");

    private static List<IdMapping> OwnMap(uint own, IReadOnlyList<SubIdRange> ranges)
    {
        List<IdMapping> map = [new() { ContainerId = 0, HostId = own, Size = 1 }];
        uint next = 1;
        foreach (SubIdRange range in ranges)
        {
            map.Add(new() { ContainerId = next, HostId = range.First, Size = range.Count });
            next += range.Count;
        }
        return map;
    }

    private static IReadOnlyList<IdMapping>? CallerMap(string file) => UserNamespace.IsInside
        ? [.. UserNamespace.Maps(file).Select(static one =>
            new IdMapping { ContainerId = one.Inside, HostId = one.Outside, Size = one.Count })]
        : null;

    // What is set aside is of no use without the program that hands it out; root needs neither.
    private static IReadOnlyList<SubIdRange> SubIds(string file, string program) =>
        Files.geteuid() == 0 || HelperProgram.Find(program) is null ? [] : SubIdFile.Read(file, Files.geteuid());

    private static string Text(string path, string otherwise)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return otherwise;
        }
    }
}
