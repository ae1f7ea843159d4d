using PSContainer.Kernel;
using PSContainer.Spec;
using PSContainer.Words;

namespace PSContainer.Cgroups.Limits;

/// <summary>Refuses limits that make no sense, before anything is made. One rule, one method.</summary>
internal static class ResourceRules
{
    private const long SmallestLimit = 4096, ShortestQuota = 1000;
    private const ulong ShortestPeriod = 1000, LongestPeriod = 1_000_000;

    internal static void Require(ResourcesSpec resources)
    {
        if (resources.Memory is { } memory)
            RequireMemory(memory);
        if (resources.Cpu is { } cpu)
        {
            RequireBandwidth(cpu);
            RequireIdle(cpu);
            RequireOnline(cpu.Cpus, "cpuset.cpus", "CPUs", "/sys/devices/system/cpu/online");
            RequireOnline(cpu.Mems, "cpuset.mems", "memory nodes", "/sys/devices/system/node/online");
        }
        if (resources.BlockIo is { } io)
            RequireWeights(io);
        foreach (HugepageLimitSpec huge in resources.HugepageLimits ?? [])
            RequirePageSize(huge.PageSize);
        foreach (string device in resources.Rdma?.Keys ?? [])
            RequireWord(device, "rdma");
        foreach (InterfacePrioritySpec priority in resources.Network?.Priorities ?? [])
            RequireWord(priority.Name, "network.priorities");
        foreach (string key in resources.Unified?.Keys ?? [])
            UnifiedKeys.ControllerOf(key);
    }

    private static void RequireMemory(MemoryResources memory)
    {
        if (memory.Limit is > 0 and < SmallestLimit)
            throw Bad("memory.limit", $"{memory.Limit} bytes hold no process", "Give bytes, 4096 at least, or -1 for no limit.");
        if (memory is { Limit: > 0 and var limit, Swap: > 0 and var swap } && swap < limit)
        {
            throw Bad("memory.swap", $"memory and swap together ({swap}) are less than memory alone ({limit})",
                "Give the sum of memory and swap; equal to the memory limit for no swap.");
        }
        if (memory.Swappiness > 100)
            throw Bad("memory.swappiness", $"{memory.Swappiness} is not a swappiness", "Give 0 to 100.");
    }

    private static void RequireBandwidth(CpuResources cpu)
    {
        if (cpu.Period is not (null or 0 or (>= ShortestPeriod and <= LongestPeriod)))
            throw Bad("cpu.period", $"{cpu.Period} microseconds is not a period", "Give 1000 to 1000000.");
        if (cpu.Quota is > 0 and < ShortestQuota)
            throw Bad("cpu.quota", $"{cpu.Quota} microseconds is not a quota", "Give 1000 at least, or -1 for no limit.");
        if (cpu is { Quota: > 0 and var quota, Burst: { } burst } && burst > (ulong)quota)
            throw Bad("cpu.burst", $"the burst ({burst}) is larger than the quota ({quota})", "Give no more than the quota.");
    }

    private static void RequireIdle(CpuResources cpu)
    {
        if (cpu.Idle is not (null or 0 or 1))
            throw Bad("cpu.idle", $"{cpu.Idle} is not a choice", "Give 0 or 1.");
    }

    private static void RequireOnline(string? list, string field, string what, string onlineFile)
    {
        if (string.IsNullOrEmpty(list))
            return;
        IReadOnlyList<int> asked = CpuListWord.Numbers(CpuListWord.Parse(list));
        if (SmallFile.Read(onlineFile)?.Trim() is not { Length: > 0 } online)
            return;
        var missing = asked.Except(CpuListWord.Numbers(online)).ToList();
        if (missing.Count > 0)
        {
            throw Bad(field, $"'{list}' names {what} that this host does not have ({string.Join(',', missing.Take(8))})",
                $"This host has the {what} {online}.");
        }
    }

    private static void RequireWeights(BlockIoResources io)
    {
        RequireWeight(io.Weight);
        RequireWeight(io.LeafWeight);
        foreach (WeightDeviceSpec device in io.WeightDevice ?? [])
        {
            RequireWeight(device.Weight);
            RequireWeight(device.LeafWeight);
        }
    }

    private static void RequireWeight(ushort? weight)
    {
        if (weight is not (null or 0 or (>= 10 and <= 1000)))
            throw Bad("blockIO.weight", $"{weight} is not a weight", "Give 10 to 1000.");
    }

    // The size becomes a part of a file's name.
    private static void RequirePageSize(string size)
    {
        bool plain = size.Length > 2 && size[0] is >= '1' and <= '9' && size[..^2].All(char.IsAsciiDigit)
            && size[^1] == 'B' && size[^2] is 'K' or 'M' or 'G';
        if (!plain)
            throw Bad("hugepageLimits", $"'{size}' is not a page size", "Give a size as in the kernel's file names: 2MB, 1GB.");
    }

    private static void RequireWord(string word, string field)
    {
        if (word.Length == 0 || word.Any(c => char.IsControl(c) || c == ' '))
            throw Bad(field, $"'{word}' is not the name of a device", "Give a name without blanks.");
    }

    private static InvalidSpecException Bad(string field, string why, string recommendation) =>
        new($"The limit '{field}' cannot be set: {why}.", recommendation) { Target = field };
}
