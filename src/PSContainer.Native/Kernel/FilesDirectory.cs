using System.Buffers.Binary;

namespace PSContainer.Kernel;

/// <content>Reading directories.</content>
public static unsafe partial class Files
{
    /// <summary>getdents64(2).</summary>
    /// <returns>How many bytes of <c>linux_dirent64</c> were filled; 0 at the end.</returns>
    public static nint getdents64(int fd, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
            return Syscall.Call(SyscallNumber.getdents64, fd, (nint)start, buffer.Length);
    }

    /// <summary>Walks the records that <see cref="getdents64"/> filled in.</summary>
    /// <param name="records">What is left of them; moved on behind the record.</param>
    /// <param name="name">The name, with its NUL.</param>
    /// <returns>Whether there was one more.</returns>
    public static bool NextDirectoryEntry(ref ReadOnlySpan<byte> records, out ReadOnlySpan<byte> name) =>
        NextDirectoryEntry(ref records, out name, out _);

    /// <inheritdoc cref="NextDirectoryEntry(ref ReadOnlySpan{byte}, out ReadOnlySpan{byte})"/>
    /// <param name="records">What is left of them; moved on behind the record.</param>
    /// <param name="name">The name, with its NUL.</param>
    /// <param name="type">The type as the upper four bits of a mode have it (DT_DIR is S_IFDIR &gt;&gt; 12); 0 when not told.</param>
    public static bool NextDirectoryEntry(ref ReadOnlySpan<byte> records, out ReadOnlySpan<byte> name, out byte type)
    {
        const int header = 19; // d_ino 8, d_off 8, d_reclen 2, d_type 1
        name = default;
        type = 0;
        if (records.Length < header)
            return false;
        int length = BinaryPrimitives.ReadUInt16LittleEndian(records[16..]);
        ReadOnlySpan<byte> rest = records[header..length];
        name = rest[..(rest.IndexOf((byte)0) + 1)];
        type = records[header - 1];
        records = records[length..];
        return true;
    }
}
