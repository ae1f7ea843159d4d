using System.Buffers.Text;
using PSContainer.Rooted;

namespace PSContainer.Images;

/// <summary>What a PAX extended header says about the entry behind it (pax(1), "pax Extended Header").</summary>
/// <remarks>
/// Values stay bytes: an attribute like security.capability is binary, and a decoder of text would change it.
/// </remarks>
internal sealed class PaxRecords
{
    private const int MaxRuns = 1 << 20;
    private static ReadOnlySpan<byte> AttributePrefix => "SCHILY.xattr."u8;

    internal byte[]? Path { get; private set; }

    internal byte[]? LinkPath { get; private set; }

    internal long? Size { get; private set; }

    internal long? Uid { get; private set; }

    internal long? Gid { get; private set; }

    internal (long Seconds, uint Nanoseconds)? Modified { get; private set; }

    internal long? DeviceMajor { get; private set; }

    internal long? DeviceMinor { get; private set; }

    internal List<TarAttribute> Attributes { get; } = [];

    /// <summary>GNU.sparse.major: 1 keeps the map in front of the data.</summary>
    internal long SparseMajor { get; private set; }

    internal long? SparseRealSize { get; private set; }

    internal byte[]? SparseName { get; private set; }

    /// <summary>The map of GNU sparse 0.0 and 0.1.</summary>
    internal List<SparseRun>? SparseMap { get; private set; }

    private long sparseOffset;

    /// <summary>Parses records of the form <c>length key=value\n</c>.</summary>
    internal static PaxRecords Parse(ReadOnlySpan<byte> text)
    {
        var records = new PaxRecords();
        while (!text.IsEmpty && text[0] != 0)
        {
            int space = text.IndexOf((byte)' ');
            if (space is < 1 or > 10 || !Utf8Parser.TryParse(text[..space], out int length, out int used) || used != space
                || length <= space + 1 || length > text.Length || text[length - 1] != (byte)'\n')
                throw new InvalidArchiveException("an extended header's record has a wrong length");
            ReadOnlySpan<byte> record = text[(space + 1)..(length - 1)];
            int equals = record.IndexOf((byte)'=');
            if (equals < 1)
                throw new InvalidArchiveException("an extended header's record has no key");
            records.Set(record[..equals], record[(equals + 1)..]);
            text = text[length..];
        }
        return records;
    }

    private void Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.StartsWith(AttributePrefix))
            Attributes.Add(new TarAttribute(key[AttributePrefix.Length..].ToArray(), value.ToArray()));
        else if (key.StartsWith("GNU.sparse."u8))
            SetSparse(key["GNU.sparse.".Length..], value);
        else if (key.SequenceEqual("path"u8))
            Path = value.IsEmpty ? null : value.ToArray();
        else if (key.SequenceEqual("linkpath"u8))
            LinkPath = value.IsEmpty ? null : value.ToArray();
        else if (key.SequenceEqual("size"u8))
            Size = value.IsEmpty ? null : Number(value);
        else if (key.SequenceEqual("uid"u8))
            Uid = value.IsEmpty ? null : Number(value);
        else if (key.SequenceEqual("gid"u8))
            Gid = value.IsEmpty ? null : Number(value);
        else if (key.SequenceEqual("mtime"u8))
            Modified = value.IsEmpty ? null : Time(value);
        else if (key.SequenceEqual("SCHILY.devmajor"u8))
            DeviceMajor = Number(value);
        else if (key.SequenceEqual("SCHILY.devminor"u8))
            DeviceMinor = Number(value);
    }

    private void SetSparse(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.SequenceEqual("major"u8))
            SparseMajor = Number(value);
        else if (key.SequenceEqual("name"u8))
            SparseName = value.ToArray();
        else if (key.SequenceEqual("realsize"u8) || key.SequenceEqual("size"u8))
            SparseRealSize = Number(value);
        else if (key.SequenceEqual("map"u8))
            SetSparseMap(value);
        else if (key.SequenceEqual("offset"u8))
            sparseOffset = Number(value);
        else if (key.SequenceEqual("numbytes"u8))
            (SparseMap ??= []).Add(new SparseRun(sparseOffset, Number(value)));
    }

    private void SetSparseMap(ReadOnlySpan<byte> value)
    {
        SparseMap = [];
        while (!value.IsEmpty)
        {
            long offset = Number(Next(ref value));
            SparseMap.Add(new SparseRun(offset, Number(Next(ref value))));
            if (SparseMap.Count > MaxRuns)
                throw new InvalidArchiveException($"a sparse file has more than {MaxRuns} runs");
        }
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> list)
    {
        int comma = list.IndexOf((byte)',');
        ReadOnlySpan<byte> word = comma < 0 ? list : list[..comma];
        list = comma < 0 ? default : list[(comma + 1)..];
        return word;
    }

    private static long Number(ReadOnlySpan<byte> value) =>
        Utf8Parser.TryParse(value, out long number, out int used) && used == value.Length
            && value[0] is >= (byte)'0' and <= (byte)'9'
            ? number
            : throw new InvalidArchiveException($"an extended header has '{PathBytes.Describe(value)}' where a number belongs");

    /// <summary>Seconds since 1970 with an optional fraction, also before it.</summary>
    private static (long Seconds, uint Nanoseconds) Time(ReadOnlySpan<byte> value)
    {
        int dot = value.IndexOf((byte)'.');
        ReadOnlySpan<byte> whole = dot < 0 ? value : value[..dot];
        ReadOnlySpan<byte> fraction = dot < 0 ? default : value[(dot + 1)..];
        bool negative = whole.Length > 0 && whole[0] == (byte)'-';
        long seconds = Number(negative ? whole[1..] : whole);
        uint nanoseconds = 0;
        for (int i = 0; i < 9; i++)
        {
            byte digit = i < fraction.Length ? fraction[i] : (byte)'0';
            if (digit is < (byte)'0' or > (byte)'9')
                throw new InvalidArchiveException($"an extended header has the time '{PathBytes.Describe(value)}'");
            nanoseconds = nanoseconds * 10 + (uint)(digit - '0');
        }
        if (!negative)
            return (seconds, nanoseconds);
        return nanoseconds == 0 ? (-seconds, 0) : (-seconds - 1, 1_000_000_000 - nanoseconds);
    }
}
