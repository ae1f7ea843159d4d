using PSContainer.Rooted;

namespace PSContainer.Images;

/// <summary>
/// Reads a tar archive from front to back: POSIX (ustar, PAX) and GNU, with long names, sparse files and attributes.
/// </summary>
/// <remarks>
/// Not System.Formats.Tar, measured with .NET 10: it decodes attribute values and names as text, which damages
/// security.capability and names that are not UTF-8; it refuses GNU sparse files, hands out the map of PAX ones as content;
/// it reads an extended header of any size into memory; and it takes an archive that ends early for a whole one.
/// </remarks>
internal sealed class TarArchiveReader(TarInput input)
{
    private const int MaxExtendedHeader = 1 << 20;
    private readonly byte[] block = new byte[TarHeader.BlockSize];
    private long remaining;
    private long padding;

    /// <summary>Goes to the next entry, past what is left of the current one.</summary>
    /// <returns>The entry, or <see langword="null"/> behind the last.</returns>
    internal TarEntry? Next()
    {
        input.Skip(remaining + padding);
        remaining = padding = 0;
        PaxRecords? pax = null;
        byte[]? longName = null, longLink = null;
        while (true)
        {
            input.Block().CopyTo(block); // What is behind the header is read while the header is still in use.
            var header = new TarHeader(block);
            if (header.IsEndMarker)
                return pax is null && longName is null && longLink is null ? End()
                    : throw Damaged("it ends behind an extended header");
            if (!header.HasValidChecksum)
                throw Damaged("a header's checksum is wrong");
            switch (header.TypeFlag)
            {
                case (byte)'x' or (byte)'X':
                    pax = PaxRecords.Parse(ReadExtended(header.Size));
                    break;
                case (byte)'g': // Would speak for every entry behind it; what makes images puts no more than comments there.
                    ReadExtended(header.Size);
                    break;
                case (byte)'L':
                    longName = TrimNul(ReadExtended(header.Size));
                    break;
                case (byte)'K':
                    longLink = TrimNul(ReadExtended(header.Size));
                    break;
                case (byte)'V': // A volume's label
                    Begin(header.Size);
                    input.Skip(remaining + padding);
                    break;
                default:
                    return MakeEntry(header, pax, longName, longLink);
            }
        }
    }

    /// <summary>Some more of the current entry's stored bytes; empty behind the last.</summary>
    internal ReadOnlySpan<byte> Read()
    {
        ReadOnlySpan<byte> data = input.Some(remaining);
        remaining -= data.Length;
        return data;
    }

    private TarEntry MakeEntry(TarHeader header, PaxRecords? pax, byte[]? longName, byte[]? longLink)
    {
        byte[] name = pax?.SparseName ?? pax?.Path ?? longName ?? header.Name;
        TarEntryType type = TypeOf(header.TypeFlag, name);
        long size = type == TarEntryType.File ? pax?.Size ?? header.Size : 0;
        List<SparseRun>? sparse = header.TypeFlag == (byte)'S' ? TarSparse.ReadGnu(header, input) : pax?.SparseMap;
        long realSize = header.TypeFlag == (byte)'S' ? header.SparseRealSize : pax?.SparseRealSize ?? size;
        Begin(size);
        if (type == TarEntryType.File && pax is { SparseMajor: 1 })
        {
            sparse = TarSparse.ReadPax(input, out long used);
            if ((remaining -= used) < 0)
                throw Damaged("a sparse file's map is longer than the file");
        }
        if (sparse is not null)
            TarSparse.Check(sparse, remaining, realSize);
        (long seconds, uint nanoseconds) = pax?.Modified ?? (header.Modified, 0);
        return new TarEntry
        {
            Type = type,
            Name = name,
            LinkName = pax?.LinkPath ?? longLink ?? header.LinkName,
            Mode = (uint)header.Mode & 0xfff,
            Uid = Id(pax?.Uid ?? header.Uid, name),
            Gid = Id(pax?.Gid ?? header.Gid, name),
            Size = remaining,
            ModifiedSeconds = seconds,
            ModifiedNanoseconds = nanoseconds,
            DeviceMajor = Device(pax?.DeviceMajor, header, type, major: true),
            DeviceMinor = Device(pax?.DeviceMinor, header, type, major: false),
            Attributes = pax?.Attributes ?? [],
            Sparse = sparse,
            RealSize = sparse is null ? remaining : realSize,
        };
    }

    /// <summary>Only a device's entry has these numbers; tools leave other bytes there in the rest.</summary>
    private static uint Device(long? pax, TarHeader header, TarEntryType type, bool major) =>
        type is TarEntryType.CharacterDevice or TarEntryType.BlockDevice
            ? (uint)Math.Clamp(pax ?? (major ? header.DeviceMajor : header.DeviceMinor), 0, uint.MaxValue)
            : 0;

    private static TarEntryType TypeOf(byte flag, byte[] name) => flag switch
    {
        0 when name.AsSpan().EndsWith("/"u8) => TarEntryType.Directory, // As the seventh edition had directories.
        0 or (byte)'0' or (byte)'7' or (byte)'S' => TarEntryType.File,
        (byte)'1' => TarEntryType.HardLink,
        (byte)'2' => TarEntryType.SymbolicLink,
        (byte)'3' => TarEntryType.CharacterDevice,
        (byte)'4' => TarEntryType.BlockDevice,
        (byte)'5' => TarEntryType.Directory,
        (byte)'6' => TarEntryType.Fifo,
        _ => throw new InvalidArchiveException(
            $"the entry '{PathBytes.Describe(name)}' is of type '{(char)flag}', which no root filesystem has"),
    };

    /// <summary>4294967295 means "no id" to the kernel: it would leave a file with the owner it happens to have.</summary>
    private static uint Id(long id, byte[] name) =>
        id is >= 0 and < uint.MaxValue
            ? (uint)id
            : throw new InvalidArchiveException($"the entry '{PathBytes.Describe(name)}' belongs to the impossible id {id}");

    private void Begin(long size)
    {
        if (size is < 0 or > long.MaxValue - TarHeader.BlockSize)
            throw Damaged($"an entry's size is {size}");
        remaining = size;
        padding = -size & (TarHeader.BlockSize - 1);
    }

    private byte[] ReadExtended(long size)
    {
        if (size is < 0 or > MaxExtendedHeader)
            throw Damaged($"an extended header of {size} bytes is longer than the {MaxExtendedHeader} that are read");
        Begin(size);
        byte[] text = new byte[size];
        for (int filled = 0; filled < size;)
        {
            ReadOnlySpan<byte> data = Read();
            data.CopyTo(text.AsSpan(filled));
            filled += data.Length;
        }
        input.Skip(padding);
        return text;
    }

    private static byte[] TrimNul(byte[] text) => text.AsSpan().TrimEnd((byte)0).ToArray();

    private TarEntry? End()
    {
        input.ExpectOnlyZeros();
        return null;
    }

    private static InvalidArchiveException Damaged(string how) => new(how);
}
