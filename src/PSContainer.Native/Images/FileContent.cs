using static PSContainer.Kernel.Files;

namespace PSContainer.Images;

/// <summary>Writes an entry's bytes into the file that was made for it, holes as holes.</summary>
internal static class FileContent
{
    internal static void Write(int fd, TarEntry entry, TarArchiveReader data)
    {
        if (entry.Sparse is null)
        {
            Copy(fd, entry.Size, entry, data);
            return;
        }
        ReadOnlySpan<byte> rest = default;
        foreach (SparseRun run in entry.Sparse)
        {
            EntryErrors.Check(lseek(fd, run.Offset, SEEK_SET), "lseek", entry.Name);
            for (long left = run.Length; left > 0;)
            {
                if (rest.IsEmpty)
                    rest = data.Read();
                int count = (int)Math.Min(left, rest.Length);
                WriteAll(fd, rest[..count], entry);
                rest = rest[count..];
                left -= count;
            }
        }
        EntryErrors.Check(ftruncate(fd, entry.RealSize), "ftruncate", entry.Name);
    }

    private static void Copy(int fd, long length, TarEntry entry, TarArchiveReader data)
    {
        while (length > 0)
        {
            ReadOnlySpan<byte> some = data.Read();
            WriteAll(fd, some, entry);
            length -= some.Length;
        }
    }

    private static void WriteAll(int fd, ReadOnlySpan<byte> data, TarEntry entry)
    {
        while (!data.IsEmpty)
            data = data[(int)EntryErrors.Check(write(fd, data), "write", entry.Name)..];
    }
}
