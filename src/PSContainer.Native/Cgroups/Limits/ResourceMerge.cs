using PSContainer.Cgroups.Hierarchies;
using PSContainer.Spec;

namespace PSContainer.Cgroups.Limits;

/// <summary>The resources of a configuration after a change: what the change says wins, the rest stays.</summary>
internal static class ResourceMerge
{
    internal static ResourcesSpec Merge(ResourcesSpec? known, ResourcesSpec change)
    {
        known = WithSwapAlone(WithoutOtherNames(known ?? new ResourcesSpec(), change), change);
        return known with
        {
            Memory = Merge(known.Memory, change.Memory),
            Cpu = Merge(known.Cpu, change.Cpu),
            Pids = change.Pids ?? known.Pids,
            BlockIo = Merge(known.BlockIo, change.BlockIo),
            HugepageLimits = Merge(known.HugepageLimits, change.HugepageLimits, limit => limit.PageSize),
            Unified = Merge(known.Unified, change.Unified),
        };
    }

    // Two limits have a field and a name of v2; what is asked for in one way must not be contradicted in the other.
    private static ResourcesSpec WithoutOtherNames(ResourcesSpec known, ResourcesSpec change)
    {
        if (known.Memory is { } memory && change.Unified is { } byName)
        {
            known = known with
            {
                Memory = memory with
                {
                    Reservation = byName.ContainsKey("memory.low") ? null : memory.Reservation,
                    Swap = byName.ContainsKey("memory.swap.max") ? null : memory.Swap,
                },
            };
        }
        if (known.Unified is null || change.Memory is not { } changed)
            return known;
        var names = new Dictionary<string, string>(known.Unified);
        if (changed.Reservation is not null)
            names.Remove("memory.low");
        if (changed.Swap is not null)
            names.Remove("memory.swap.max");
        return known with { Unified = names };
    }

    // The sum of memory and swap cannot say how much swap there may be once memory has no limit; the name of v2 can.
    private static ResourcesSpec WithSwapAlone(ResourcesSpec known, ResourcesSpec change)
    {
        if (known.Memory is not { Limit: > 0 and var limit, Swap: > 0 and var swap } memory)
            return known;
        if (change.Memory is not { Limit: < 0, Swap: null })
            return known;
        var names = new Dictionary<string, string>(known.Unified ?? new Dictionary<string, string>())
        {
            ["memory.swap.max"] = LimitWrites.Number(swap - limit),
        };
        return known with { Memory = memory with { Swap = null }, Unified = names };
    }

    private static MemoryResources? Merge(MemoryResources? known, MemoryResources? change)
    {
        if (known is null || change is null)
            return change ?? known;
        return known with
        {
            Limit = change.Limit ?? known.Limit,
            Reservation = change.Reservation ?? known.Reservation,
            // It is the sum of both, so one that was asked for with another limit says nothing any more.
            Swap = change.Swap ?? (change.Limit is null ? known.Swap : SwapWith(known, change.Limit.Value)),
        };
    }

    private static long? SwapWith(MemoryResources known, long limit)
    {
        if (known.Swap is not > 0)
            return known.Swap;
        return known.Limit is > 0 && limit > 0 ? known.Swap - known.Limit + limit : -1;
    }

    private static CpuResources? Merge(CpuResources? known, CpuResources? change)
    {
        if (known is null || change is null)
            return change ?? known;
        return known with
        {
            Shares = change.Shares ?? known.Shares,
            Quota = change.Quota ?? known.Quota,
            Period = change.Period ?? known.Period,
            Burst = change.Burst ?? known.Burst,
            Cpus = change.Cpus ?? known.Cpus,
            Mems = change.Mems ?? known.Mems,
            Idle = change.Idle ?? known.Idle,
        };
    }

    private static BlockIoResources? Merge(BlockIoResources? known, BlockIoResources? change)
    {
        if (known is null || change is null)
            return change ?? known;
        return known with
        {
            ThrottleReadBpsDevice = Rates(known.ThrottleReadBpsDevice, change.ThrottleReadBpsDevice),
            ThrottleWriteBpsDevice = Rates(known.ThrottleWriteBpsDevice, change.ThrottleWriteBpsDevice),
            ThrottleReadIopsDevice = Rates(known.ThrottleReadIopsDevice, change.ThrottleReadIopsDevice),
            ThrottleWriteIopsDevice = Rates(known.ThrottleWriteIopsDevice, change.ThrottleWriteIopsDevice),
        };

        static IReadOnlyList<ThrottleDeviceSpec>? Rates(
            IReadOnlyList<ThrottleDeviceSpec>? known, IReadOnlyList<ThrottleDeviceSpec>? change) =>
            Merge(known, change, rate => (rate.Major, rate.Minor));
    }

    private static IReadOnlyList<T>? Merge<T, TKey>(IReadOnlyList<T>? known, IReadOnlyList<T>? change, Func<T, TKey> key)
    {
        if (known is null || change is null)
            return change ?? known;
        var changed = change.Select(key).ToHashSet();
        return [.. known.Where(one => !changed.Contains(key(one))), .. change];
    }

    private static IReadOnlyDictionary<string, string>? Merge(
        IReadOnlyDictionary<string, string>? known, IReadOnlyDictionary<string, string>? change)
    {
        if (known is null || change is null)
            return change ?? known;
        var merged = new Dictionary<string, string>(known);
        foreach ((string file, string value) in change)
            merged[file] = value;
        return merged;
    }
}
