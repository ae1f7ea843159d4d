using System.Buffers.Binary;
using System.Text;

namespace PSContainer.Systemd;

/// <summary>Writes values in D-Bus's wire format, little endian (D-Bus specification, "Marshaling").</summary>
internal sealed class DBusWriter
{
    private byte[] _bytes = new byte[512];

    /// <summary>How much is written.</summary>
    public int Length { get; private set; }

    /// <summary>What is written.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Fills up with zeros to a multiple.</summary>
    public void Align(int alignment) => Reserve((alignment - (Length % alignment)) % alignment).Clear();

    /// <summary>A byte.</summary>
    public void Byte(byte value) => Reserve(1)[0] = value;

    /// <summary>A boolean.</summary>
    public void Boolean(bool value) => UInt32(value ? 1u : 0);

    /// <summary>An unsigned number of 32 bits.</summary>
    public void UInt32(uint value)
    {
        Align(4);
        BinaryPrimitives.WriteUInt32LittleEndian(Reserve(4), value);
    }

    /// <summary>An unsigned number of 64 bits.</summary>
    public void UInt64(ulong value)
    {
        Align(8);
        BinaryPrimitives.WriteUInt64LittleEndian(Reserve(8), value);
    }

    /// <summary>A text, or an object path.</summary>
    public void Text(string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        UInt32((uint)length);
        Encoding.UTF8.GetBytes(value, Reserve(length));
        Byte(0);
    }

    /// <summary>A signature.</summary>
    public void Signature(string value)
    {
        Byte((byte)value.Length);
        Encoding.ASCII.GetBytes(value, Reserve(value.Length));
        Byte(0);
    }

    /// <summary>An array.</summary>
    /// <param name="alignment">Of its elements: 8 for structures.</param>
    /// <param name="elements">Writes them.</param>
    public void Array(int alignment, Action elements)
    {
        UInt32(0);
        int place = Length - 4;
        // What fills up to the first element does not count.
        Align(alignment);
        int begin = Length;
        elements();
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(place), (uint)(Length - begin));
    }

    /// <summary>Bytes that are in wire format already, at an alignment of 8.</summary>
    public void Raw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    /// <summary>Sets a number that was written before.</summary>
    public void Patch(int place, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(place), value);

    private Span<byte> Reserve(int count)
    {
        if (Length + count > _bytes.Length)
            System.Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
        Length += count;
        return _bytes.AsSpan(Length - count, count);
    }
}
