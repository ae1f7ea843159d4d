using PSContainer.Cgroups.Hierarchies;
using PSContainer.Spec;

namespace PSContainer.Cgroups.Limits;

/// <summary>CPU time and CPU placement as files of v1 and of v2.</summary>
internal static class CpuLimitWrites
{
    /// <summary>The kernel's period when none is written, microseconds.</summary>
    internal const long DefaultPeriod = 100_000;

    internal static void Add(LimitWrites writes, CpuResources cpu)
    {
        AddPlacement(writes, "cpuset.cpus", cpu.Cpus);
        AddPlacement(writes, "cpuset.mems", cpu.Mems);
        AddWeight(writes, cpu);
        AddBandwidth(writes, cpu);
        AddRealtime(writes, cpu);
    }

    private static void AddPlacement(LimitWrites writes, string file, string? list)
    {
        if (!string.IsNullOrEmpty(list))
        {
            writes.IsUnified("cpuset", file);
            writes.Add("cpuset", file, list);
        }
    }

    private static void AddWeight(LimitWrites writes, CpuResources cpu)
    {
        if (cpu.Shares is { } shares and not 0)
        {
            if (writes.IsUnified("cpu", "cpu.weight"))
                writes.Add("cpu", "cpu.weight", CpuWeight.FromShares(shares));
            else
                writes.Add("cpu", "cpu.shares", (long)Math.Clamp(shares, 2, 262144));
        }
        if (cpu.Idle is { } idle)
        {
            writes.IsUnified("cpu", "cpu.idle");
            writes.Add("cpu", "cpu.idle", idle);
        }
    }

    private static void AddBandwidth(LimitWrites writes, CpuResources cpu)
    {
        long quota = cpu.Quota ?? 0, period = (long)(cpu.Period ?? 0);
        bool unified = (quota != 0 || period != 0 || cpu.Burst is not null) && writes.IsUnified("cpu", "cpu.max");
        if (unified && (quota != 0 || period != 0))
        {
            string max = quota <= 0 ? "max" : LimitWrites.Number(quota);
            writes.Add("cpu", "cpu.max", period == 0 ? max : $"{max} {LimitWrites.Number(period)}");
        }
        else
        {
            if (period != 0)
                writes.Add("cpu", "cpu.cfs_period_us", period);
            if (quota != 0)
                writes.Add("cpu", "cpu.cfs_quota_us", Math.Max(quota, -1));
        }
        if (cpu.Burst is { } burst)
            writes.Add("cpu", unified ? "cpu.max.burst" : "cpu.cfs_burst_us", (long)burst);
    }

    /// <summary>A new v1 group has no realtime budget at all, so SCHED_FIFO and SCHED_RR fail in it until it gets one.</summary>
    private static void AddRealtime(LimitWrites writes, CpuResources cpu)
    {
        if (cpu.RealtimePeriod is { } period and not 0)
        {
            writes.RequireLegacy("cpu", "cpu.realtimePeriod");
            writes.Add("cpu", "cpu.rt_period_us", (long)period);
        }
        if (cpu.RealtimeRuntime is { } runtime and not 0)
        {
            writes.RequireLegacy("cpu", "cpu.realtimeRuntime");
            writes.Add("cpu", "cpu.rt_runtime_us", runtime);
        }
    }
}
