using PSContainer.Cgroups.Hierarchies;
using PSContainer.Spec;

namespace PSContainer.Cgroups.Limits;

/// <summary>Block I/O limits as files of v1 (controller blkio) and of v2 (controller io).</summary>
internal static class IoLimitWrites
{
    internal static void Add(LimitWrites writes, CgroupHost host, BlockIoResources io)
    {
        bool legacy = host.Find("blkio") is not null;
        if (io.Weight is { } weight and not 0)
            AddWeight(writes, legacy, "", weight);
        foreach (WeightDeviceSpec device in io.WeightDevice ?? [])
        {
            if (device.Weight is { } own and not 0)
                AddWeight(writes, legacy, $"{device.Major}:{device.Minor} ", own);
            if (device.LeafWeight is { } leaf and not 0)
                AddLeafWeight(writes, "blkio.leaf_weight_device", $"{device.Major}:{device.Minor} {leaf}");
        }
        if (io.LeafWeight is { } leafWeight and not 0)
            AddLeafWeight(writes, "blkio.leaf_weight", LimitWrites.Number(leafWeight));
        AddRates(writes, legacy, "blkio.throttle.read_bps_device", "rbps", io.ThrottleReadBpsDevice);
        AddRates(writes, legacy, "blkio.throttle.write_bps_device", "wbps", io.ThrottleWriteBpsDevice);
        AddRates(writes, legacy, "blkio.throttle.read_iops_device", "riops", io.ThrottleReadIopsDevice);
        AddRates(writes, legacy, "blkio.throttle.write_iops_device", "wiops", io.ThrottleWriteIopsDevice);
    }

    /// <summary>The specification's weight (10 to 1000) as v2's (1 to 10000): a straight line, as others have it.</summary>
    internal static long WeightToUnified(long weight) => 1 + ((Math.Clamp(weight, 10, 1000) - 10) * 9999 / 990);

    /// <summary>v2's weight (1 to 10000) as BFQ's (1 to 1000): the same up to the usual 100 of both, then flatter.</summary>
    internal static long WeightToBfq(long weight) =>
        weight <= 100 ? Math.Max(weight, 1) : 100 + ((Math.Min(weight, 10000) - 100) / 11);

    /// <summary>BFQ's weight as v2's.</summary>
    internal static long WeightFromBfq(long weight) => weight <= 100 ? weight : 100 + ((weight - 100) * 11);

    // The weight belongs to the BFQ scheduler or, on v2, to the io.cost model: which one the kernel has shows only in its files.
    private static void AddWeight(LimitWrites writes, bool legacy, string device, long weight)
    {
        string suffix = device.Length > 0 ? "_device" : "";
        if (legacy)
        {
            writes.Add(new CgroupWrite("blkio", $"blkio.bfq.weight{suffix}", device + weight)
            {
                Alternative = new CgroupWrite("blkio", $"blkio.weight{suffix}", device + weight),
            });
            return;
        }
        writes.IsUnified("io", "io.weight");
        string prefix = device.Length > 0 ? device : "default ";
        writes.Add(new CgroupWrite("io", "io.weight", prefix + WeightToUnified(weight))
        {
            Alternative = new CgroupWrite("io", "io.bfq.weight", prefix + weight),
        });
    }

    private static void AddLeafWeight(LimitWrites writes, string file, string value)
    {
        writes.RequireLegacy("blkio", file);
        writes.Add("blkio", file, value);
    }

    private static void AddRates(
        LimitWrites writes, bool legacy, string legacyFile, string key, IReadOnlyList<ThrottleDeviceSpec>? devices)
    {
        foreach (ThrottleDeviceSpec device in devices ?? [])
        {
            string name = $"{device.Major}:{device.Minor}";
            if (legacy)
            {
                writes.Add("blkio", legacyFile, $"{name} {device.Rate}");
                continue;
            }
            writes.IsUnified("io", "io.max");
            // 0 is v1's word for no limit.
            writes.Add("io", "io.max", $"{name} {key}={(device.Rate == 0 ? "max" : device.Rate.ToString())}");
        }
    }
}
