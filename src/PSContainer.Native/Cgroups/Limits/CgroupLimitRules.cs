using PSContainer.Cgroups.Hierarchies;
using PSContainer.Kernel;
using PSContainer.Words;

namespace PSContainer.Cgroups.Limits;

/// <summary>Refuses limits that make no sense or that this host cannot keep, before anything is made.</summary>
public static class CgroupLimitRules
{
    private const double LeastCpus = 0.01;
    private const int MostWeight = 10000;

    // PID_MAX_LIMIT of a 64-bit kernel: pids.max takes no more.
    private const long MostProcesses = 4 << 20;

    /// <summary>Checks all of them.</summary>
    /// <param name="limit">What is asked.</param>
    /// <param name="host">The host that has to keep it.</param>
    /// <param name="currentMemoryMax">The memory limit in force, for a change; <see langword="null"/> for none.</param>
    /// <exception cref="InvalidSpecException">A value is nonsense, or beyond what the host has.</exception>
    /// <exception cref="ControllerUnavailableException">A controller is missing.</exception>
    public static void Require(CgroupLimit limit, CgroupHost host, long? currentMemoryMax = null)
    {
        RequireMemory(limit.MemoryMax, nameof(CgroupLimit.MemoryMax));
        RequireMemory(limit.MemoryHigh, nameof(CgroupLimit.MemoryHigh));
        RequireMemoryWithSwap(limit, host);
        RequirePids(limit.PidsMax);
        RequireCpus(limit.CpuMax);
        RequireBurst(limit);
        RequireWeight(limit.CpuWeight, nameof(CgroupLimit.CpuWeight));
        RequireWeight(limit.IoWeight, nameof(CgroupLimit.IoWeight));
        foreach (int weight in limit.IoDeviceWeight.Values)
            RequireWeight(weight, nameof(CgroupLimit.IoDeviceWeight));
        RequirePartition(limit.CpuSetPartition);
        RequireDevices(limit);
        Spec.ResourcesSpec resources = limit.ToResources();
        ResourceRules.Require(resources);
        LimitTranslator.Translate(host, resources, currentMemoryMax);
    }

    private static void RequireMemory(long? bytes, string name)
    {
        const long Page = 4096;
        if (bytes is >= 0 and < Page)
            throw Bad(name, $"{bytes} bytes of memory hold no process", "Write a size such as 512MB, or max.");
    }

    private static void RequireMemoryWithSwap(CgroupLimit limit, CgroupHost host)
    {
        if (limit is { MemoryMax: < 0 or long.MaxValue, MemorySwapMax: >= 0 and < long.MaxValue and var swap }
            && host.Find("memory") is { IsUnified: false })
        {
            throw Bad(nameof(CgroupLimit.MemoryMax),
                $"cgroup v1 limits swap only together with memory, and MemorySwapMax is {swap} bytes",
                "Take both limits away: -MemoryMax max -MemorySwapMax max.");
        }
    }

    private static void RequirePids(long? pids)
    {
        if (pids == 0)
            throw Bad(nameof(CgroupLimit.PidsMax), "0 leaves no room for the first process", "Write 1 or more, or max.");
        if (pids > MostProcesses)
            throw Bad(nameof(CgroupLimit.PidsMax), $"{pids} processes are more than any host can have", "Write 4194304 or less, or max.");
    }

    private static void RequireCpus(double? cpus)
    {
        if (cpus is not { } asked || asked < 0)
            return;
        if (!(asked >= LeastCpus))
            throw Bad(nameof(CgroupLimit.CpuMax), $"{asked} CPUs are too little to share out", "Write 0.01 (1%) or more.");
        if (SmallFile.Read("/sys/devices/system/cpu/online")?.Trim() is { Length: > 0 } online)
            CpuWord.Require(asked, CpuListWord.Numbers(online).Count);
    }

    private static void RequireBurst(CgroupLimit limit)
    {
        if (limit.CpuBurst < TimeSpan.Zero)
            throw Bad(nameof(CgroupLimit.CpuBurst), "a time cannot be negative", "Write a time such as 50ms, or 0.");
    }

    private static void RequireWeight(int? weight, string name)
    {
        if (weight is < 1 or > MostWeight)
            throw Bad(name, $"{weight} is not a weight", "Write 1 to 10000; 100 is usual.");
    }

    private static void RequirePartition(string? partition)
    {
        if (partition is not (null or "member" or "root" or "isolated"))
        {
            throw Bad(
                nameof(CgroupLimit.CpuSetPartition), $"'{partition}' is no kind of partition", "Write member, root or isolated.");
        }
    }

    // The kernel says ENODEV only when it comes to this value, after others were written.
    private static void RequireDevices(CgroupLimit limit)
    {
        IEnumerable<string> devices = limit.IoMax.Select(one => one.Device)
            .Concat(limit.IoLatency.Select(one => one.Device)).Concat(limit.IoDeviceWeight.Keys);
        foreach (string device in devices.Distinct())
            IoDevice.Require(device);
    }

    private static InvalidSpecException Bad(string name, string why, string recommendation) =>
        new($"The limit {name} cannot be set: {why}.", recommendation) { Target = name };
}
