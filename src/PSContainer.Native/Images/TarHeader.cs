using PSContainer.Rooted;

namespace PSContainer.Images;

/// <summary>The 512 bytes in front of an entry: POSIX ustar, GNU and the seventh edition's.</summary>
internal readonly ref struct TarHeader(ReadOnlySpan<byte> block)
{
    internal const int BlockSize = 512;

    private readonly ReadOnlySpan<byte> block = block;

    internal byte TypeFlag => block[156];

    internal byte[] LinkName => Text(157, 100).ToArray();

    internal bool IsGnu => block.Slice(257, 8).SequenceEqual("ustar  \0"u8);

    private bool IsPosix => block.Slice(257, 6).SequenceEqual("ustar\0"u8);

    internal long Mode => Number(100, 8, "mode");

    internal long Uid => Number(108, 8, "uid");

    internal long Gid => Number(116, 8, "gid");

    internal long Size => Number(124, 12, "size");

    internal long Modified => Number(136, 12, "mtime");

    internal long DeviceMajor => Number(329, 8, "devmajor");

    internal long DeviceMinor => Number(337, 8, "devminor");

    /// <summary>The path; ustar's prefix is a directory in front of it, where GNU keeps other things.</summary>
    internal byte[] Name
    {
        get
        {
            ReadOnlySpan<byte> prefix = IsPosix ? Text(345, 155) : default;
            return prefix.IsEmpty ? Text(0, 100).ToArray() : [.. prefix, (byte)'/', .. Text(0, 100)];
        }
    }

    /// <summary>GNU's length of a sparse file with its holes.</summary>
    internal long SparseRealSize => Number(483, 12, "real size");

    internal bool SparseIsExtended => block[482] != 0;

    /// <summary>One of the four runs that GNU keeps in the header of a sparse file.</summary>
    internal SparseRun? SparseRunAt(int index) => RunAt(block, 386 + index * 24);

    /// <summary>A run in a header or an extension block; <see langword="null"/> where the list ends.</summary>
    internal static SparseRun? RunAt(ReadOnlySpan<byte> block, int offset) =>
        block[offset] == 0
            ? null
            : new SparseRun(
                ParseNumber(block.Slice(offset, 12), "sparse offset"),
                ParseNumber(block.Slice(offset + 12, 12), "sparse length"));

    internal bool IsEndMarker => block.IndexOfAnyExcept((byte)0) < 0;

    /// <summary>Whether the checksum fits, added up with unsigned bytes as POSIX says or signed ones as some tools did.</summary>
    internal bool HasValidChecksum
    {
        get
        {
            long unsigned = 8 * ' ', signed = 8 * ' ';
            for (int i = 0; i < BlockSize; i++)
            {
                if (i is >= 148 and < 156)
                    continue;
                unsigned += block[i];
                signed += (sbyte)block[i];
            }
            return TryParseNumber(block.Slice(148, 8), out long stored) && (stored == unsigned || stored == signed);
        }
    }

    private ReadOnlySpan<byte> Text(int offset, int length)
    {
        ReadOnlySpan<byte> field = block.Slice(offset, length);
        int end = field.IndexOf((byte)0);
        return end < 0 ? field : field[..end];
    }

    private long Number(int offset, int length, string what) => ParseNumber(block.Slice(offset, length), what);

    private static long ParseNumber(ReadOnlySpan<byte> field, string what) =>
        TryParseNumber(field, out long value)
            ? value
            : throw new InvalidArchiveException($"a header's {what} is no number ('{PathBytes.Describe(field)}')");

    /// <summary>Octal digits, or with the first bit set a big-endian binary number.</summary>
    private static bool TryParseNumber(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        if ((field[0] & 0x80) != 0)
            return TryParseBinary(field, out value);
        field = field.Trim(" \0"u8);
        foreach (byte digit in field)
        {
            if (digit is < (byte)'0' or > (byte)'7' || value > long.MaxValue >> 3)
                return false;
            value = (value << 3) | (uint)(digit - '0');
        }
        return true;
    }

    private static bool TryParseBinary(ReadOnlySpan<byte> field, out long value)
    {
        bool negative = (field[0] & 0x40) != 0;
        value = negative ? -1 : 0;
        value = (value << 6) | (uint)(field[0] & 0x3f);
        foreach (byte next in field[1..])
        {
            if (value is > long.MaxValue >> 8 or < long.MinValue >> 8)
                return false;
            value = (value << 8) | next;
        }
        return true;
    }
}
