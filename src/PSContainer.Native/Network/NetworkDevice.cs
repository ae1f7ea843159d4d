using System.Buffers.Binary;
using System.Text;
using PSContainer.Kernel.Netlink;

namespace PSContainer.Network;

/// <summary>A network device of a namespace, netdevice(7).</summary>
/// <param name="Index">Its number in the namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsUp">Whether it is up.</param>
internal sealed record NetworkDevice(int Index, string Name, bool IsUp)
{
    /// <summary>The longest name, IFNAMSIZ without its zero byte.</summary>
    public const int LongestName = 15;

    private const ushort RTM_NEWLINK = 16, RTM_GETLINK = 18, IFLA_IFNAME = 3, IFLA_NET_NS_FD = 28;
    private const int BodySize = 16, IFF_UP = 1;

    /// <summary>All devices of a namespace.</summary>
    public static List<NetworkDevice> List(RouteSocket socket)
    {
        var devices = new List<NetworkDevice>();
        foreach (byte[] answer in socket.List(new RouteMessage(RTM_GETLINK, 0, new byte[BodySize])))
        {
            if (Read(answer) is { } device)
                devices.Add(device);
        }
        return devices;
    }

    /// <summary>Reads an answer: struct ifinfomsg (ifi_index at 4, ifi_flags at 8) and attributes.</summary>
    /// <returns>The device, or <see langword="null"/> when the answer is none.</returns>
    internal static NetworkDevice? Read(ReadOnlySpan<byte> answer) =>
        answer.Length >= BodySize && RouteMessage.Attributes(answer[BodySize..]).TryGetValue(IFLA_IFNAME, out byte[]? name)
            ? new NetworkDevice(
                BinaryPrimitives.ReadInt32LittleEndian(answer[4..]), Encoding.UTF8.GetString(name).TrimEnd('\0'),
                (BinaryPrimitives.ReadInt32LittleEndian(answer[8..]) & IFF_UP) != 0)
            : null;

    /// <summary>Moves it to another namespace, where it has another number and is down.</summary>
    /// <param name="socket">The namespace that it is in.</param>
    /// <param name="target">The other namespace's descriptor.</param>
    /// <param name="name">Its name there; with <c>%d</c> the kernel chooses the number.</param>
    /// <returns>0, or a negated error number.</returns>
    public int Move(RouteSocket socket, int target, string name) =>
        socket.Change(new RouteMessage(RTM_NEWLINK, 0, Body(0, 0)).Add(IFLA_NET_NS_FD, target).Add(IFLA_IFNAME, name));

    /// <summary>Sets it up.</summary>
    /// <returns>0, or a negated error number.</returns>
    public int SetUp(RouteSocket socket) => socket.Change(new RouteMessage(RTM_NEWLINK, 0, Body(IFF_UP, IFF_UP)));

    private byte[] Body(int flags, int change)
    {
        byte[] body = new byte[BodySize];
        BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(4), Index);
        BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(8), flags);
        BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(12), change);
        return body;
    }
}
