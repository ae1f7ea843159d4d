namespace PSContainer.Images;

/// <summary>The maps of sparse files, in GNU's older and newer way.</summary>
internal static class TarSparse
{
    private const int MaxRuns = 1 << 20;
    private const int RunsInHeader = 4, RunsInExtension = 21, ExtensionIsExtended = 504;

    /// <summary>The map of an entry of type S: four runs in the header, more in blocks behind it.</summary>
    internal static List<SparseRun> ReadGnu(TarHeader header, TarInput input)
    {
        var runs = new List<SparseRun>();
        for (int i = 0; i < RunsInHeader && header.SparseRunAt(i) is { } run; i++)
            runs.Add(run);
        for (bool extended = header.SparseIsExtended; extended;)
        {
            ReadOnlySpan<byte> block = input.Block();
            for (int i = 0; i < RunsInExtension && TarHeader.RunAt(block, i * 24) is { } run; i++)
                runs.Add(run);
            extended = block[ExtensionIsExtended] != 0;
            if (runs.Count > MaxRuns)
                throw TooMany();
        }
        return runs;
    }

    /// <summary>The map of PAX sparse 1.0: decimal lines in front of the data, filled up to a block.</summary>
    /// <param name="input">Where the entry's data begins.</param>
    /// <param name="used">How long the map is.</param>
    internal static List<SparseRun> ReadPax(TarInput input, out long used)
    {
        long before = input.Position;
        ReadOnlySpan<byte> block = input.Block();
        long count = NextNumber(input, ref block);
        if (count > MaxRuns)
            throw TooMany();
        var runs = new List<SparseRun>();
        for (long i = 0; i < count; i++)
        {
            long offset = NextNumber(input, ref block);
            runs.Add(new SparseRun(offset, NextNumber(input, ref block)));
        }
        used = input.Position - before;
        return runs;
    }

    private static long NextNumber(TarInput input, ref ReadOnlySpan<byte> block)
    {
        long value = 0;
        while (true)
        {
            if (block.IsEmpty)
                block = input.Block();
            byte digit = block[0];
            block = block[1..];
            if (digit == (byte)'\n')
                return value;
            if (digit is < (byte)'0' or > (byte)'9' || value > (long.MaxValue - 9) / 10)
                throw new InvalidArchiveException("a sparse file's map is damaged");
            value = value * 10 + (digit - '0');
        }
    }

    /// <summary>
    /// Makes sure that the runs are in order, do not overlap, lie in the file and take just the bytes there are.
    /// </summary>
    internal static void Check(List<SparseRun> runs, long stored, long realSize)
    {
        long position = 0, total = 0;
        foreach (SparseRun run in runs)
        {
            if (run.Length < 0 || run.Offset < position || run.Offset > realSize - run.Length)
                throw new InvalidArchiveException("a sparse file's map is damaged");
            position = run.Offset + run.Length;
            total += run.Length;
        }
        if (total != stored)
            throw new InvalidArchiveException("a sparse file's map does not fit its data");
    }

    private static InvalidArchiveException TooMany() => new($"a sparse file has more than {MaxRuns} runs");
}
