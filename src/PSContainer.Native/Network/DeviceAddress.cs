using System.Buffers.Binary;
using PSContainer.Kernel.Netlink;

namespace PSContainer.Network;

/// <summary>An address of a network device, kept as the kernel gave it, to be given to the device again.</summary>
/// <param name="Family">AF_INET, AF_INET6.</param>
/// <param name="PrefixLength">Bits of the network.</param>
/// <param name="Attributes">IFA_LOCAL, IFA_ADDRESS, IFA_BROADCAST, IFA_FLAGS, IFA_RT_PRIORITY.</param>
internal sealed record DeviceAddress(byte Family, byte PrefixLength, IReadOnlyDictionary<ushort, byte[]> Attributes)
{
    private const ushort RTM_NEWADDR = 20, RTM_GETADDR = 22, NLM_F_CREATE = 0x400, NLM_F_REPLACE = 0x100;
    private const ushort IFA_ADDRESS = 1, IFA_LOCAL = 2, IFA_BROADCAST = 4, IFA_FLAGS = 8, IFA_RT_PRIORITY = 9;
    private const int BodySize = 8, IFA_F_PERMANENT = 0x80, RT_SCOPE_UNIVERSE = 0;

    /// <summary>The permanent addresses of global scope of a device (config-linux.md, "Network Devices").</summary>
    public static List<DeviceAddress> List(RouteSocket socket, int device)
    {
        var addresses = new List<DeviceAddress>();
        foreach (byte[] answer in socket.List(new RouteMessage(RTM_GETADDR, 0, new byte[BodySize])))
        {
            if (Read(answer, device) is { } address)
                addresses.Add(address);
        }
        return addresses;
    }

    /// <summary>Reads an answer: struct ifaddrmsg (family, prefix length, flags, scope, index) and attributes.</summary>
    /// <returns>The address, or <see langword="null"/> when it is none, another device's, passing, or of a narrower scope.</returns>
    internal static DeviceAddress? Read(ReadOnlySpan<byte> answer, int device)
    {
        if (answer.Length < BodySize || BinaryPrimitives.ReadInt32LittleEndian(answer[4..]) != device || answer[3] != RT_SCOPE_UNIVERSE)
            return null;
        Dictionary<ushort, byte[]> attributes = RouteMessage.Attributes(answer[BodySize..]);
        int flags = attributes.TryGetValue(IFA_FLAGS, out byte[]? wide) && wide.Length >= sizeof(int)
            ? BinaryPrimitives.ReadInt32LittleEndian(wide)
            : answer[2];
        return (flags & IFA_F_PERMANENT) == 0 ? null : new DeviceAddress(answer[0], answer[1], attributes);
    }

    /// <summary>Gives it to a device.</summary>
    /// <returns>0, or a negated error number.</returns>
    public int AddTo(RouteSocket socket, int device)
    {
        byte[] body = new byte[BodySize];
        body[0] = Family;
        body[1] = PrefixLength;
        BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(4), device);
        var message = new RouteMessage(RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, body);
        foreach (ushort type in new[] { IFA_ADDRESS, IFA_LOCAL, IFA_BROADCAST, IFA_FLAGS, IFA_RT_PRIORITY })
        {
            if (Attributes.TryGetValue(type, out byte[]? value))
                message.Add(type, value);
        }
        return socket.Change(message);
    }
}
