using PSContainer.Kernel;
using PSContainer.Security;

namespace PSContainer.Containers;

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

    /// <summary>Ranges of subordinate user ids; empty for root, who needs none.</summary>
    public IReadOnlyList<SubIdRange> SubUids { get; init; } = [];

    /// <summary>Ranges of subordinate group ids.</summary>
    public IReadOnlyList<SubIdRange> SubGids { get; init; } = [];

    /// <summary>The host's name.</summary>
    public required string HostName { get; init; }

    /// <summary>Capabilities that the caller has, and so can give: bits by their numbers.</summary>
    public required ulong CapabilityBits { get; init; }

    /// <summary>Capabilities that the caller can give and this version knows.</summary>
    public IEnumerable<Capability> Capabilities => CapabilitySets.All.Where(one => (CapabilityBits & (1UL << (int)one)) != 0);

    /// <summary>Reads them.</summary>
    public static HostFacts Read() => new()
    {
        OnlineCpus = Text("/sys/devices/system/cpu/online", "0"),
        MemoryNodes = Text("/sys/devices/system/node/online", "0"),
        UserId = Files.geteuid(),
        GroupId = Files.getegid(),
        SubUids = Files.geteuid() == 0 ? [] : HostReader.SubIds("/etc/subuid", Files.geteuid()),
        SubGids = Files.geteuid() == 0 ? [] : HostReader.SubIds("/etc/subgid", Files.geteuid()),
        HostName = Text("/proc/sys/kernel/hostname", "localhost"),
        CapabilityBits = ProcStatus.Read(Environment.ProcessId) is { } status
            ? status.Capabilities("CapBnd") & status.Capabilities("CapPrm")
            : ulong.MaxValue,
    };

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
