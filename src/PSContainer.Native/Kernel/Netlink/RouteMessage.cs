using System.Buffers.Binary;
using System.Text;

namespace PSContainer.Kernel.Netlink;

/// <summary>A request of rtnetlink(7): a header, a fixed part, and attributes.</summary>
public sealed class RouteMessage
{
    /// <summary>Size of struct nlmsghdr.</summary>
    public const int HeaderSize = 16;

    private readonly List<byte> _bytes = [];

    /// <summary>Begins a message.</summary>
    /// <param name="type">RTM_….</param>
    /// <param name="flags">NLM_F_…; NLM_F_REQUEST is added.</param>
    /// <param name="body">The fixed part: struct ifinfomsg, struct ifaddrmsg.</param>
    public RouteMessage(ushort type, ushort flags, ReadOnlySpan<byte> body)
    {
        const ushort Request = 1;
        Span<byte> header = stackalloc byte[HeaderSize];
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], type);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], (ushort)(flags | Request));
        _bytes.AddRange(header);
        _bytes.AddRange(body);
        Pad();
    }

    /// <summary>Adds an attribute.</summary>
    public RouteMessage Add(ushort type, ReadOnlySpan<byte> value)
    {
        Span<byte> header = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16LittleEndian(header, (ushort)(value.Length + 4));
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], type);
        _bytes.AddRange(header);
        _bytes.AddRange(value);
        Pad();
        return this;
    }

    /// <summary>Adds a number.</summary>
    public RouteMessage Add(ushort type, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return Add(type, bytes);
    }

    /// <summary>Adds a C string.</summary>
    public RouteMessage Add(ushort type, string text) => Add(type, Encoding.UTF8.GetBytes($"{text}\0"));

    /// <summary>The message with its length.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = [.. _bytes];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length);
        return bytes;
    }

    /// <summary>The attributes that follow a fixed part.</summary>
    public static Dictionary<ushort, byte[]> Attributes(ReadOnlySpan<byte> bytes)
    {
        var attributes = new Dictionary<ushort, byte[]>();
        while (bytes.Length >= 4)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
            if (length < 4 || length > bytes.Length)
                break;
            attributes[BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..])] = bytes[4..length].ToArray();
            bytes = bytes[Math.Min(bytes.Length, (length + 3) & ~3)..];
        }
        return attributes;
    }

    private void Pad()
    {
        while (_bytes.Count % 4 != 0)
            _bytes.Add(0);
    }
}
