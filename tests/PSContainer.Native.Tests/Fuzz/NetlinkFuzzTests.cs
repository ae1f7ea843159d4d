using FsCheck;
using FsCheck.Fluent;
using PSContainer.Kernel.Netlink;
using PSContainer.Network;

namespace PSContainer.Native.Tests.Fuzz;

/// <summary>Answers of rtnetlink: what was put into a message comes out of it, and a damaged one does no harm.</summary>
public sealed class NetlinkFuzzTests
{
    private const ushort NewLink = 16, NewAddress = 20, InterfaceName = 3, LocalAddress = 2, Flags = 8;
    private const int Device = 7, Permanent = 0x80;

    private static readonly byte[] Link = new RouteMessage(NewLink, 0, [0, 0, 1, 0, Device, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0])
        .Add(InterfaceName, "eth0").Add(13, 1500).ToBytes();

    private static readonly byte[] Address = new RouteMessage(NewAddress, 0, [2, 24, 0, 0, Device, 0, 0, 0])
        .Add(LocalAddress, [10, 0, 0, 1]).Add(Flags, Permanent).ToBytes();

    [Fact]
    public void AttributesAreReadAsTheyWereWritten()
    {
        Gen<(ushort Type, byte[] Value)> attribute =
            from type in Gen.Choose(1, 50)
            from value in Gen.Choose(0, 255).Select(static one => (byte)one).ArrayOf()
            select ((ushort)type, value);
        FuzzRun.Holds(attribute.ArrayOf().ToArbitrary(), static attributes =>
        {
            var message = new RouteMessage(NewLink, 0, new byte[16]);
            foreach ((ushort type, byte[] value) in attributes)
                message.Add(type, value);
            int count = 0;
            Assert.True(RouteSocket.Split([.. message.ToBytes(), .. message.ToBytes()], (_, body) =>
            {
                Dictionary<ushort, byte[]> read = RouteMessage.Attributes(body[16..]);
                foreach (IGrouping<ushort, (ushort Type, byte[] Value)> group in attributes.GroupBy(static one => one.Type))
                    Assert.Equal(group.Last().Value, read[group.Key]);
                Assert.Equal(attributes.DistinctBy(static one => one.Type).Count(), read.Count);
                count++;
                return true;
            }));
            Assert.Equal(2, count);
        });
    }

    [Fact]
    public void WholeAnswersAreADeviceAndItsAddress()
    {
        Assert.Equal(new NetworkDevice(Device, "eth0", IsUp: true), NetworkDevice.Read(Link.AsSpan(RouteMessage.HeaderSize)));
        DeviceAddress? address = DeviceAddress.Read(Address.AsSpan(RouteMessage.HeaderSize), Device);
        Assert.Equal((2, 24), (address!.Family, address.PrefixLength));
        Assert.Null(DeviceAddress.Read(Address.AsSpan(RouteMessage.HeaderSize), Device + 1));
    }

    [Fact]
    public void DamagedAnswersDoNoHarm()
    {
        int messages = 0, found = 0;
        FuzzRun.Holds(Damage.Of([[.. Link, .. Address], Address, Link]), damage => RouteSocket.Split(damage.Bytes, (_, body) =>
        {
            messages++;
            if (NetworkDevice.Read(body) is not null || DeviceAddress.Read(body, Device) is not null)
                found++;
            return true;
        }));
        Assert.True(found > 0 && messages > found, $"{found} of {messages} were something");
    }
}
