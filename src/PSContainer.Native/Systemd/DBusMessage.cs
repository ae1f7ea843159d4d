using System.Buffers.Binary;
using System.Text;

namespace PSContainer.Systemd;

/// <summary>A message that came over the bus: its header, and a body to be read in order.</summary>
internal sealed class DBusMessage
{
    /// <summary>Type of a method's return.</summary>
    public const byte Return = 2;

    /// <summary>Type of an error.</summary>
    public const byte Error = 3;

    /// <summary>Type of a signal.</summary>
    public const byte Signal = 4;

    /// <summary>The fixed part of a header: what has to be read before the length is known.</summary>
    public const int FixedHeader = 16;

    /// <summary>What is taken at most: the specification's limit is larger, the manager's answers are small.</summary>
    public const int MostBytes = 1 << 20;

    private const byte MemberField = 3, ErrorField = 4, ReplyField = 5;
    private readonly byte[] _bytes;
    private int _at;

    /// <summary>Reads the header.</summary>
    /// <exception cref="ContainerException">It is none.</exception>
    public DBusMessage(byte[] bytes)
    {
        _bytes = bytes;
        Type = bytes[1];
        int end = FixedHeader + (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(12));
        _at = FixedHeader;
        while (_at < end)
        {
            Align(8);
            byte field = Byte();
            switch (SignatureText())
            {
                case "u":
                    uint number = UInt32();
                    if (field == ReplyField)
                        ReplySerial = number;
                    break;
                case "g":
                    SignatureText();
                    break;
                case "s" or "o":
                    string text = Text();
                    if (field == MemberField)
                        Member = text;
                    else if (field == ErrorField)
                        ErrorName = text;
                    break;
                default:
                    throw Broken();
            }
        }
        Align(8);
    }

    /// <summary>What kind of message it is.</summary>
    public byte Type { get; }

    /// <summary>Of a return or an error: the call it answers.</summary>
    public uint ReplySerial { get; }

    /// <summary>Of a signal: its name.</summary>
    public string Member { get; } = "";

    /// <summary>Of an error: its name.</summary>
    public string ErrorName { get; } = "";

    /// <summary>The length of a message of which the fixed header is there.</summary>
    /// <exception cref="ContainerException">It is not little endian, or too long.</exception>
    public static int LengthOf(ReadOnlySpan<byte> header)
    {
        long fields = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]), body = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        long length = FixedHeader + ((fields + 7) & ~7L) + body;
        return header[0] == (byte)'l' && length <= MostBytes ? (int)length : throw Broken();
    }

    /// <summary>The next value of the body, a text or an object path.</summary>
    public string Text()
    {
        int length = (int)UInt32();
        string text = Encoding.UTF8.GetString(Take(length));
        Byte();
        return text;
    }

    /// <summary>The next value of the body, a number of 32 bits.</summary>
    public uint UInt32()
    {
        Align(4);
        return BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
    }

    /// <summary>The next value of the body, a variant that holds a text.</summary>
    public string VariantText() => SignatureText() is "s" or "o" ? Text() : throw Broken();

    private byte Byte() => Take(1)[0];

    private string SignatureText()
    {
        string text = Encoding.ASCII.GetString(Take(Byte()));
        Byte();
        return text;
    }

    private void Align(int alignment) => _at += (alignment - (_at % alignment)) % alignment;

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > _bytes.Length - _at)
            throw Broken();
        _at += count;
        return _bytes.AsSpan(_at - count, count);
    }

    private static ContainerException Broken() => new("What came over the D-Bus is not a message that was expected.");
}
