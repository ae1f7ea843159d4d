using System.Globalization;
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

    /// <summary>Effective user id of the caller.</summary>
    public required uint UserId { get; init; }

    /// <summary>Effective group id of the caller.</summary>
    public required uint GroupId { get; init; }

    /// <summary>The host's name.</summary>
    public required string HostName { get; init; }

    /// <summary>The highest capability of this kernel.</summary>
    public required int LastCapability { get; init; }

    /// <summary>Capabilities that the kernel has and this version knows.</summary>
    public IEnumerable<Capability> Capabilities => CapabilitySets.All.Where(one => (int)one <= LastCapability);

    /// <summary>Reads them.</summary>
    public static HostFacts Read() => new()
    {
        OnlineCpus = Text("/sys/devices/system/cpu/online", "0"),
        UserId = Files.geteuid(),
        GroupId = Files.getegid(),
        HostName = Text("/proc/sys/kernel/hostname", "localhost"),
        LastCapability = int.TryParse(
            Text("/proc/sys/kernel/cap_last_cap", ""), NumberStyles.None, CultureInfo.InvariantCulture, out int last)
            ? last
            : (int)CapabilitySets.All[^1],
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
