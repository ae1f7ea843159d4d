using PSContainer.Cgroups.Devices;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Spec;
using PSContainer.Systemd;

namespace PSContainer.Native.Tests.Systemd;

public sealed class LimitPropertiesTests
{
    [Theory]
    [InlineData("memory.max", "104857600", "MemoryMax t 104857600")]
    [InlineData("memory.max", "max", "MemoryMax t 18446744073709551615")]
    [InlineData("memory.swap.max", "0", "MemorySwapMax t 0")]
    [InlineData("memory.low", "4096", "MemoryLow t 4096")]
    [InlineData("memory.high", "4096", "MemoryHigh t 4096")]
    [InlineData("pids.max", "40", "TasksMax t 40")]
    [InlineData("cpu.weight", "42", "CPUWeight t 42")]
    [InlineData("cpu.max", "50000 100000", "CPUQuotaPerSecUSec t 500000; CPUQuotaPeriodUSec t 100000")]
    [InlineData("cpu.max", "max 100000", "CPUQuotaPerSecUSec t 18446744073709551615; CPUQuotaPeriodUSec t 100000")]
    [InlineData("cpu.max", "1000 1000000", "CPUQuotaPerSecUSec t 10000; CPUQuotaPeriodUSec t 1000000")]
    [InlineData("cpu.max", "33333 100000", "CPUQuotaPerSecUSec t 340000; CPUQuotaPeriodUSec t 100000")]
    [InlineData("cpuset.cpus", "0-1,9", "AllowedCPUs ay 3 2")]
    [InlineData("cpuset.mems", "0", "AllowedMemoryNodes ay 1")]
    [InlineData("io.weight", "default 77", "IOWeight t 77")]
    [InlineData("io.weight", "8:0 77", "")]
    [InlineData("io.max", "8:0 rbps=1000 wiops=5", "IOReadBandwidthMax a(st) /dev/block/8:0=1000; IOWriteIOPSMax a(st) /dev/block/8:0=5")]
    [InlineData("memory.limit_in_bytes", "4096", "MemoryLimit t 4096")]
    [InlineData("cpu.shares", "512", "CPUShares t 512")]
    [InlineData("hugetlb.2MB.max", "0", "")]
    public void A_file_is_a_property_where_systemd_has_one(string file, string value, string expected) =>
        Assert.Equal(expected, string.Join("; ", LimitProperties.Of([new CgroupWrite("any", file, value)]).Select(Show)));

    [Fact]
    public void Devices_are_a_strict_list_with_drivers_by_name()
    {
        var drivers = DeviceDrivers.Parse("Character devices:\n  1 mem\n136 pts\n\nBlock devices:\n  8 sd\n");
        var rules = DeviceRules.For([DefaultDeviceRules.DenyAll, new DeviceRuleSpec { Allow = true, Type = "b", Major = 8, Access = "rw" }]);
        string shown = string.Join("; ", LimitProperties.OfDevices(rules, drivers).Select(Show));
        Assert.StartsWith("DevicePolicy s strict; DeviceAllow a(ss) ", shown, StringComparison.Ordinal);
        foreach (string word in new[] { "block-sd=rw", "char-pts=rwm", "/dev/char/1:3=rwm", "char-*=m", "block-*=m" })
            Assert.Contains(word, shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_everything_is_allowed_systemd_decides_nothing()
    {
        var all = DeviceRules.For([new DeviceRuleSpec { Allow = true, Access = "rwm" }]);
        Assert.Equal("DevicePolicy s auto", string.Join("; ", LimitProperties.OfDevices(all, DeviceDrivers.Parse("")).Select(Show)));
    }

    // Reads back what was written, by D-Bus's rules and none of the writer's.
    private static string Show(UnitProperty property)
    {
        var writer = new DBusWriter();
        property.Write(writer);
        byte[] bytes = writer.Written.ToArray();
        int at = 0;
        string Text()
        {
            at = (at + 3) & ~3;
            int length = BitConverter.ToInt32(bytes, at);
            string text = System.Text.Encoding.UTF8.GetString(bytes, at + 4, length);
            Assert.Equal(0, bytes[at + 4 + length]);
            at += 5 + length;
            return text;
        }
        ulong Number()
        {
            at = (at + 7) & ~7;
            at += 8;
            return BitConverter.ToUInt64(bytes, at - 8);
        }
        IEnumerable<string> Pairs(Func<string> second)
        {
            int end = 8 + BitConverter.ToInt32(bytes, 0);
            for (at = 8; at < end; )
            {
                at = (at + 7) & ~7;
                yield return $"{Text()}={second()}";
            }
            Assert.Equal(bytes.Length, end);
        }
        string value = property.Signature switch
        {
            "t" => $"{Number()}",
            "s" => Text(),
            "ay" => string.Join(' ', bytes.Skip(4).Take(BitConverter.ToInt32(bytes, 0))),
            "a(st)" => string.Join(' ', Pairs(() => $"{Number()}")),
            "a(ss)" => string.Join(' ', Pairs(Text)),
            var other => throw new InvalidOperationException(other),
        };
        return $"{property.Name} {property.Signature} {value}";
    }
}
