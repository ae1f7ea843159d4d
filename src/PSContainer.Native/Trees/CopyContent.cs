using PSContainer.Kernel;
using static PSContainer.Kernel.Files;

namespace PSContainer.Trees;

/// <summary>Copies a file's bytes, holes as holes.</summary>
internal static class CopyContent
{
    private const int BufferSize = 1 << 18;
    private const long MaxUnsized = 64 << 20; // Files of procfs and sysfs say they have 0 bytes.

    /// <summary>
    /// Copies as many bytes as the file had when it was looked at: one that grows as fast as it is read has no end.
    /// </summary>
    /// <param name="source">The file.</param>
    /// <param name="target">The copy, empty.</param>
    /// <param name="size">Its size as it was seen; 0: not told.</param>
    /// <param name="maxBytes">More than this is an error.</param>
    /// <param name="name">Source and copy, for messages.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="report">Gets the bytes that were copied so far, now and then.</param>
    /// <returns>How many bytes were written.</returns>
    internal static long Copy(
        int source, int target, long size, long maxBytes, CopyName name, CancellationToken cancellation,
        Action<long>? report = null)
    {
        byte[] buffer = new byte[Math.Clamp(size, 4096, BufferSize)];
        long copied = 0, position = 0, end = size == 0 ? MaxUnsized : size;
        while (position < end)
        {
            nint data = size == 0 ? (nint)position : lseek(source, position, SEEK_DATA);
            if (-data == Errno.ENXIO)
                break; // Only a hole is left.
            long start = data < 0 ? position : data; // EINVAL: the filesystem does not tell.
            nint hole = size == 0 ? -1 : lseek(source, start, SEEK_HOLE);
            long stop = Math.Min(end, hole < 0 ? end : hole);
            long count = CopyRun(source, target, start, stop, size != 0);
            copied += count;
            position = start + count;
            if (count < stop - start)
                break; // It was cut off meanwhile, or this is the end of an unsized one.
        }
        if (size != 0)
            Syscall.Check(ftruncate(target, size), "ftruncate", name.Target);
        return copied;

        long CopyRun(int from, int to, long start, long stop, bool seekable)
        {
            if (seekable)
            {
                Syscall.Check(lseek(from, start, SEEK_SET), "lseek", name.Source);
                Syscall.Check(lseek(to, start, SEEK_SET), "lseek", name.Target);
            }
            long done = 0;
            while (start + done < stop)
            {
                cancellation.ThrowIfCancellationRequested();
                Span<byte> room = buffer.AsSpan(0, (int)Math.Min(buffer.Length, stop - start - done));
                int count = (int)Syscall.Check(read(from, room), "read", name.Source);
                if (count == 0)
                    return done;
                if (copied + done + count > maxBytes)
                    throw new ContainerException(
                        $"'{name.Source}': more than the allowed bytes would be copied.", "Copy it in several parts.");
                WriteAll(to, room[..count]);
                done += count;
                report?.Invoke(copied + done);
            }
            return done;
        }

        void WriteAll(int to, ReadOnlySpan<byte> bytes)
        {
            while (!bytes.IsEmpty)
                bytes = bytes[(int)Syscall.Check(write(to, bytes), "write", name.Target)..];
        }
    }
}
