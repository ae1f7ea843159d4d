using PSContainer.Kernel;

namespace PSContainer.Logs;

/// <summary>Finds where the last lines of a log begin, from its end: a large log is not read for them.</summary>
internal static class LogTail
{
    private const int BlockSize = 64 << 10, LongestLine = 1 << 20;

    /// <summary>Puts the reading place so far back that at least so many matching lines follow, if there are so many.</summary>
    /// <remarks>
    /// A line is counted at its last record, and reading begins behind the last record of an older line of each stream that
    /// was met: a long line whose first pieces are further back is whole.
    /// </remarks>
    public static void SeekToLast(LogFiles files, int count, LogQuery query)
    {
        Search search = new(count, query);
        for (int file = files.Files.Count - 1; file >= 0; file--)
        {
            if (ScanBackwards(files.Files[file], search) is { } offset)
            {
                files.Seek(file, offset);
                return;
            }
        }
        files.Seek(0, 0);
    }

    private sealed class Search(int count, LogQuery query)
    {
        private readonly bool[] _met = new bool[2], _isBounded = new bool[2];
        private int _missing = count;

        /// <summary>Takes a line, going backwards.</summary>
        /// <returns>Whether reading can begin behind it.</returns>
        public bool Take(ReadOnlySpan<byte> line)
        {
            if (!LogRecord.TryParse(line, out LogRecord record) || record.IsPart)
                return false;
            int stream = (int)record.Stream;
            if (_missing <= 0)
            {
                _isBounded[stream] = true;
                return (!_met[0] || _isBounded[0]) && (!_met[1] || _isBounded[1]);
            }
            _met[stream] = true;
            // One that began before and ended after is not counted, and comes all the same: then reading begins further back.
            bool matches = (query.Stream is null || query.Stream == record.Stream)
                && (query.Until is null || record.Time <= query.Until);
            if (matches)
                _missing--;
            return false;
        }
    }

    private static long? ScanBackwards(LogInput file, Search search)
    {
        byte[] block = new byte[BlockSize];
        // Bytes of a line whose beginning is in an earlier block.
        byte[] tail = [];
        bool isFirst = true;
        for (long end = Files.lseek(file.Fd, 0, Files.SEEK_END); end > 0;)
        {
            int length = (int)Math.Min(BlockSize, end);
            long begin = end - length;
            byte[] text = new byte[length + tail.Length];
            if (ReadAt(file.Fd, begin, text.AsSpan(0, length)) != length)
                return null;
            tail.CopyTo(text, length);
            int stop = text.Length;
            while (text.AsSpan(0, stop).LastIndexOf((byte)'\n') is >= 0 and var feed)
            {
                // What follows the file's last line feed is no record yet.
                if (!isFirst && search.Take(text.AsSpan(feed + 1, stop - feed - 1)))
                    return begin + stop + 1;
                isFirst = false;
                stop = feed;
            }
            // So long a line is no record; it must not be copied again for every block.
            tail = stop > LongestLine ? [] : text[..stop];
            end = begin;
        }
        return !isFirst && search.Take(tail) ? tail.Length + 1 : null;
    }

    private static unsafe nint ReadAt(int fd, long offset, Span<byte> target)
    {
        fixed (byte* place = target)
            return Syscall.Call(SyscallNumber.pread64, fd, (nint)place, target.Length, (nint)offset);
    }
}
