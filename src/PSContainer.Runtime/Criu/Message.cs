using System.Text;

namespace PSContainer.Runtime.Criu;

/// <summary>
/// A message of protocol buffers, field by field: as much of the format as criu's service needs (images/rpc.proto).
/// </summary>
internal sealed class Message
{
    private const int Varint = 0, LengthDelimited = 2;
    private readonly MemoryStream _bytes = new();

    /// <summary>What was added so far.</summary>
    public byte[] ToArray() => _bytes.ToArray();

    /// <summary>A number, a word of an enumeration, or a switch.</summary>
    public Message Add(int field, long value)
    {
        AddVarint((ulong)(field << 3 | Varint));
        AddVarint((ulong)value);
        return this;
    }

    /// <summary>A switch that is on; one that is off is left out.</summary>
    public Message AddIf(int field, bool isOn) => isOn ? Add(field, 1) : this;

    /// <summary>A text; none is left out.</summary>
    public Message Add(int field, string? text) => text is null ? this : Add(field, Encoding.UTF8.GetBytes(text));

    /// <summary>A message inside this one.</summary>
    public Message Add(int field, Message inner) => Add(field, inner.ToArray());

    /// <summary>Reads the fields of a message: numbers, and bytes of texts and inner messages.</summary>
    /// <exception cref="ContainerException">It is none.</exception>
    public static IEnumerable<(int Field, long Number, byte[] Bytes)> Read(byte[] message)
    {
        int at = 0;
        while (at < message.Length)
        {
            ulong key = ReadVarint(message, ref at);
            int field = (int)(key >> 3);
            switch ((int)(key & 7))
            {
                case Varint:
                    yield return (field, (long)ReadVarint(message, ref at), []);
                    break;
                case LengthDelimited:
                    int length = (int)ReadVarint(message, ref at);
                    if (length < 0 || length > message.Length - at)
                        throw Broken();
                    yield return (field, 0, message[at..(at + length)]);
                    at += length;
                    break;
                default:
                    throw Broken();
            }
        }
    }

    private Message Add(int field, byte[] bytes)
    {
        AddVarint((ulong)(field << 3 | LengthDelimited));
        AddVarint((ulong)bytes.Length);
        _bytes.Write(bytes);
        return this;
    }

    private void AddVarint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _bytes.WriteByte((byte)(value | 0x80));
        _bytes.WriteByte((byte)value);
    }

    private static ulong ReadVarint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; at < message.Length && shift < 64; shift += 7)
        {
            byte next = message[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
        throw Broken();
    }

    private static ContainerException Broken() => new("criu answered what cannot be understood.", "Update criu.");
}
