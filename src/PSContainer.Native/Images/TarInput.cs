namespace PSContainer.Images;

/// <summary>The bytes of an archive, handed out in place, with a limit on how many there may be.</summary>
internal sealed class TarInput(ReadAheadStream source, long maxBytes, CancellationToken cancellation)
{
    private const int BufferSize = 1 << 18;
    private const long MaxTail = 4 << 20; // Tapes are written in records; none is longer.
    private readonly byte[] buffer = new byte[BufferSize];
    private int start;
    private int end;

    /// <summary>How many bytes were handed out or skipped.</summary>
    internal long Position { get; private set; }

    /// <summary>The next 512 bytes.</summary>
    internal ReadOnlySpan<byte> Block()
    {
        while (end - start < TarHeader.BlockSize)
        {
            if (!Fill())
                throw Truncated();
        }
        return Take(TarHeader.BlockSize);
    }

    /// <summary>As many bytes as are there, at least one and at most <paramref name="max"/>; none when that is 0.</summary>
    internal ReadOnlySpan<byte> Some(long max)
    {
        if (max == 0)
            return default;
        if (start == end && !Fill())
            throw Truncated();
        return Take((int)Math.Min(max, end - start));
    }

    /// <summary>Passes over bytes.</summary>
    internal void Skip(long count)
    {
        while (count > 0)
            count -= Some(count).Length;
    }

    /// <summary>
    /// Reads to the end, where a compressed stream's checksum is, and finds only zeros as tar(1) fills its last record with.
    /// </summary>
    internal void ExpectOnlyZeros()
    {
        for (long tail = 0; start < end || Fill();)
        {
            ReadOnlySpan<byte> data = Take(end - start);
            if (data.IndexOfAnyExcept((byte)0) >= 0)
                throw new InvalidArchiveException("there is something behind its end; two archives in one file are not read");
            if ((tail += data.Length) > MaxTail)
                throw new InvalidArchiveException($"more than {MaxTail} bytes follow its end");
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        ReadOnlySpan<byte> data = buffer.AsSpan(start, count);
        start += count;
        Position += count;
        return data;
    }

    private bool Fill()
    {
        cancellation.ThrowIfCancellationRequested();
        if (Position > maxBytes)
            throw new InvalidArchiveException(
                $"it is larger than {maxBytes} bytes when unpacked",
                "If it is meant to be so large, raise the limit: -SizeMax.");
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        (start, end) = (0, end - start);
        int count = source.Read(buffer.AsSpan(end));
        end += count;
        return count > 0;
    }

    private static InvalidArchiveException Truncated() =>
        new("it ends in the middle: the file is truncated", "Fetch or make the archive again.");
}
