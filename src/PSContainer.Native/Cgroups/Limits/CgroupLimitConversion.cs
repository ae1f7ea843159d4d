using PSContainer.Cgroups.Hierarchies;
using PSContainer.Spec;

namespace PSContainer.Cgroups.Limits;

/// <summary>From limits by v2's names to the specification's fields: the only place that knows both.</summary>
/// <remarks>
/// | v2 | specification |
/// | --- | --- |
/// | memory.max, memory.low | memory.limit, memory.reservation |
/// | memory.swap.max | memory.swap = memory.max + memory.swap.max; alone: unified |
/// | memory.high, memory.min, memory.oom.group, io.weight, io.latency, cpuset.cpus.partition, others by name | unified |
/// | cpu.max | cpu.quota in a cpu.period of 100 ms |
/// | cpu.weight | cpu.shares, on a curve that brings each weight back |
/// | cpu.max.burst, cpu.idle, cpuset.cpus, cpuset.mems | cpu.burst, cpu.idle, cpu.cpus, cpu.mems |
/// | pids.max | pids.limit |
/// | io.max | blockIO.throttle…Device, where 0 is no limit |
/// | hugetlb.SIZE.max | hugepageLimits |
/// </remarks>
public static class CgroupLimitConversion
{
    /// <summary>The limits as an OCI runtime takes them.</summary>
    public static ResourcesSpec ToResources(this CgroupLimit limit)
    {
        var unified = new Dictionary<string, string>();
        AddBytes(unified, "memory.high", limit.MemoryHigh);
        AddProtection(unified, "memory.min", limit.MemoryMin);
        if (limit.MemoryLow is <= 0)
            AddProtection(unified, "memory.low", limit.MemoryLow);
        if (limit.MemoryOomGroup is { } group)
            unified["memory.oom.group"] = group ? "1" : "0";
        if (limit.CpuSetPartition is { } partition)
            unified["cpuset.cpus.partition"] = partition;
        AddLines(unified, "io.weight", [
            .. limit.IoWeight is { } weight ? [$"default {weight}"] : Array.Empty<string>(),
            .. limit.IoDeviceWeight.Select(device => $"{device.Key} {device.Value}"),
        ]);
        AddLines(unified, "io.latency", limit.IoLatency.Select(device => device.ToString()));
        foreach ((string file, string value) in limit.RawLimit)
            unified[file] = value;
        return new ResourcesSpec
        {
            Memory = Memory(limit, unified),
            Cpu = Cpu(limit),
            Pids = limit.PidsMax is { } pids ? new PidsResources { Limit = Bounded(pids) } : null,
            BlockIo = BlockIo(limit.IoMax),
            HugepageLimits = limit.HugetlbMax.Count == 0 ? null : [.. limit.HugetlbMax.Select(Hugepages)],
            Unified = unified.Count == 0 ? null : unified,
        };
    }

    /// <summary>A limit with one word for "none": -1.</summary>
    internal static long Bounded(long value) => value is < 0 or long.MaxValue ? CgroupLimit.Max : value;

    private static void AddBytes(Dictionary<string, string> unified, string file, long? value)
    {
        if (value is { } bytes)
            unified[file] = LimitWrites.MaxOr(Bounded(bytes));
    }

    // A limit that is taken away is none; a protection that is taken away is nothing protected.
    private static void AddProtection(Dictionary<string, string> unified, string file, long? value)
    {
        if (value is { } bytes)
            unified[file] = LimitWrites.Number(Math.Max(0, bytes));
    }

    private static void AddLines(Dictionary<string, string> unified, string file, IEnumerable<string> lines)
    {
        if (string.Join('\n', lines) is { Length: > 0 } value)
            unified[file] = value;
    }

    private static MemoryResources? Memory(CgroupLimit limit, Dictionary<string, string> unified)
    {
        long? max = limit.MemoryMax is { } asked ? Bounded(asked) : null;
        long? swap = null;
        if (limit.MemorySwapMax is { } swapMax)
        {
            if (Bounded(swapMax) < 0)
                swap = -1;
            else if (max >= 0)
                swap = max + swapMax;
            else
                unified["memory.swap.max"] = LimitWrites.Number(swapMax);
        }
        long? low = limit.MemoryLow is > 0 and var reservation ? Bounded(reservation) : null;
        return max is null && swap is null && low is null
            ? null
            : new MemoryResources { Limit = max, Swap = swap, Reservation = low };
    }

    private static CpuResources? Cpu(CgroupLimit limit)
    {
        var cpu = new CpuResources
        {
            Shares = limit.CpuWeight is { } weight ? CpuWeight.ToShares(weight) : null,
            Quota = limit.CpuMax switch
            {
                null => null,
                < 0 or double.PositiveInfinity => -1,
                { } cpus => (long)Math.Round(cpus * CpuLimitWrites.DefaultPeriod),
            },
            Period = limit.CpuMax is null ? null : (ulong)CpuLimitWrites.DefaultPeriod,
            Burst = limit.CpuBurst is { } burst ? (ulong)burst.TotalMicroseconds : null,
            Cpus = limit.CpuSetCpus is CgroupLimit.MaxWord ? null : limit.CpuSetCpus,
            Mems = limit.CpuSetMems is CgroupLimit.MaxWord ? null : limit.CpuSetMems,
            Idle = limit.CpuIdle is { } idle ? idle ? 1 : 0 : null,
        };
        return cpu == new CpuResources() ? null : cpu;
    }

    private static BlockIoResources? BlockIo(IReadOnlyList<IoLimit> limits) => limits.Count == 0
        ? null
        : new BlockIoResources
        {
            ThrottleReadBpsDevice = Rates(limits, limit => limit.ReadBytesPerSecond),
            ThrottleWriteBpsDevice = Rates(limits, limit => limit.WriteBytesPerSecond),
            ThrottleReadIopsDevice = Rates(limits, limit => limit.ReadsPerSecond),
            ThrottleWriteIopsDevice = Rates(limits, limit => limit.WritesPerSecond),
        };

    private static ThrottleDeviceSpec[]? Rates(IReadOnlyList<IoLimit> limits, Func<IoLimit, long?> rate)
    {
        var rates = new List<ThrottleDeviceSpec>();
        foreach (IoLimit limit in limits)
        {
            if (rate(limit) is not { } value)
                continue;
            (long major, long minor) = limit.Numbers();
            rates.Add(new ThrottleDeviceSpec { Major = major, Minor = minor, Rate = (ulong)Math.Max(0, Bounded(value)) });
        }
        return rates.Count == 0 ? null : [.. rates];
    }

    private static HugepageLimitSpec Hugepages(KeyValuePair<string, long> limit) =>
        new() { PageSize = limit.Key, Limit = Bounded(limit.Value) < 0 ? ulong.MaxValue : (ulong)limit.Value };
}
