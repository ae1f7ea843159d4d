using System.Text;

namespace PSContainer.Native.Tests.Images;

/// <summary>Writes tar archives byte by byte, also such as no tool would write.</summary>
internal sealed class TarBuilder
{
    private readonly MemoryStream stream = new();

    /// <summary>An entry whose fields are as given, with a right checksum.</summary>
    internal TarBuilder Entry(
        string name, char type = '0', byte[]? data = null, string link = "", int mode = 0x1a4, int uid = 0, int gid = 0,
        long? size = null, int major = 0, int minor = 0, string prefix = "", Action<byte[]>? change = null)
    {
        data ??= [];
        byte[] header = new byte[512];
        Text(header, 0, name);
        Octal(header, 100, 8, mode);
        Octal(header, 108, 8, uid);
        Octal(header, 116, 8, gid);
        Octal(header, 124, 12, size ?? data.Length);
        Octal(header, 136, 12, 1_000_000_000);
        header[156] = (byte)type;
        Text(header, 157, link);
        Text(header, 257, "ustar\00000");
        Octal(header, 329, 8, major);
        Octal(header, 337, 8, minor);
        Text(header, 345, prefix);
        change?.Invoke(header);
        Checksum(header);
        stream.Write(header);
        return Raw(data);
    }

    internal TarBuilder File(string name, string text, int mode = 0x1a4) =>
        Entry(name, '0', Encoding.UTF8.GetBytes(text), mode: mode);

    internal TarBuilder Directory(string name, int mode = 0x1ed) => Entry(name, '5', mode: mode);

    internal TarBuilder Link(string name, string target) => Entry(name, '2', link: target);

    internal TarBuilder HardLink(string name, string target) => Entry(name, '1', link: target);

    /// <summary>An extended header for the entry behind it.</summary>
    internal TarBuilder Pax(params (string Key, byte[] Value)[] records) => Entry("pax", 'x', PaxBody(records));

    internal TarBuilder Pax(string key, string value) => Pax((key, Encoding.UTF8.GetBytes(value)));

    internal static byte[] PaxBody(params (string Key, byte[] Value)[] records)
    {
        var body = new MemoryStream();
        foreach ((string key, byte[] value) in records)
        {
            int payload = Encoding.UTF8.GetByteCount(key) + value.Length + 3;
            int length = payload + payload.ToString().Length;
            length = payload + length.ToString().Length;
            body.Write(Encoding.UTF8.GetBytes($"{length} {key}="));
            body.Write(value);
            body.WriteByte((byte)'\n');
        }
        return body.ToArray();
    }

    /// <summary>Bytes as they are, filled up to a block.</summary>
    internal TarBuilder Raw(byte[] data)
    {
        stream.Write(data);
        stream.Write(new byte[-data.Length & 511]);
        return this;
    }

    internal byte[] WithoutEnd() => stream.ToArray();

    internal byte[] Build() => [.. stream.ToArray(), .. new byte[1024]];

    internal static void Text(byte[] header, int offset, string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        bytes.CopyTo(header, offset);
    }

    internal static void Octal(byte[] header, int offset, int length, long value) =>
        Text(header, offset, Convert.ToString(value, 8).PadLeft(length - 1, '0'));

    internal static void Checksum(Span<byte> header)
    {
        header.Slice(148, 8).Fill((byte)' ');
        int sum = 0;
        foreach (byte value in header)
            sum += value;
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ", header.Slice(148, 8));
    }
}
