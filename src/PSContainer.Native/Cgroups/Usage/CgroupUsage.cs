using System.Diagnostics;
using PSContainer.Kernel;

namespace PSContainer.Cgroups.Usage;

/// <summary>What a cgroup uses at one time; with an earlier one, what it used in between.</summary>
/// <remarks><see langword="null"/>: this host cannot tell, or there is no limit to compare with.</remarks>
public record CgroupUsage
{
    /// <summary>The cgroup.</summary>
    public required string Path { get; init; }

    /// <summary>When it was read.</summary>
    public required DateTime Time { get; init; }

    /// <summary>Bytes in use, page cache included.</summary>
    public long? MemoryCurrent { get; init; }

    /// <summary>Most bytes ever in use.</summary>
    public long? MemoryPeak { get; init; }

    /// <summary>memory.max in bytes.</summary>
    public long? MemoryMax { get; init; }

    /// <summary>Bytes of memory that belongs to no file.</summary>
    public long? MemoryAnonymous { get; init; }

    /// <summary>Bytes of cached files.</summary>
    public long? MemoryFile { get; init; }

    /// <summary>Bytes in swap.</summary>
    public long? MemorySwapCurrent { get; init; }

    /// <summary>Processes and threads.</summary>
    public long? PidsCurrent { get; init; }

    /// <summary>pids.max.</summary>
    public long? PidsMax { get; init; }

    /// <summary>CPU time, ever.</summary>
    public TimeSpan? CpuUsage { get; init; }

    /// <summary>CPU time in programs, ever.</summary>
    public TimeSpan? CpuUserUsage { get; init; }

    /// <summary>CPU time in the kernel, ever.</summary>
    public TimeSpan? CpuSystemUsage { get; init; }

    /// <summary>cpu.max in CPUs.</summary>
    public double? CpuMax { get; init; }

    /// <summary>Periods of cpu.max with something to run.</summary>
    public long? Periods { get; init; }

    /// <summary>Periods in which it had to wait.</summary>
    public long? ThrottledPeriods { get; init; }

    /// <summary>How long it had to wait, ever.</summary>
    public TimeSpan? ThrottledTime { get; init; }

    /// <summary>Bytes read from disks, ever.</summary>
    public long? IoReadBytes { get; init; }

    /// <summary>Bytes written to disks, ever.</summary>
    public long? IoWriteBytes { get; init; }

    /// <summary>Reads from disks, ever.</summary>
    public long? IoReads { get; init; }

    /// <summary>Writes to disks, ever.</summary>
    public long? IoWrites { get; init; }

    /// <summary>What went to and came from each disk.</summary>
    public IReadOnlyList<CgroupIoUsage> Io => CgroupIoUsage.Parse(IoText.Bytes, IoText.Operations);

    /// <summary>All of memory.stat, by the kernel's names; empty where it cannot be known.</summary>
    public IReadOnlyDictionary<string, long> MemoryStat => ParseStat(MemoryStatText);

    /// <summary>Processes killed for lack of memory, ever.</summary>
    public long? OomKillCount { get; init; }

    /// <summary>Pressure on CPU time.</summary>
    public CgroupPressure? CpuPressure => CgroupPressure.TryParse(PressureTexts.Cpu);

    /// <summary>Pressure on memory.</summary>
    public CgroupPressure? MemoryPressure => CgroupPressure.TryParse(PressureTexts.Memory);

    /// <summary>Pressure on I/O.</summary>
    public CgroupPressure? IoPressure => CgroupPressure.TryParse(PressureTexts.Io);

    /// <summary>The time between two readings; <see langword="null"/> for a single one.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>CPU time in the interval in percent of one CPU: 150 is one and a half.</summary>
    public double? CpuPercent { get; init; }

    /// <summary>Percent of the interval's periods in which it had to wait.</summary>
    public double? ThrottledPercent { get; init; }

    /// <summary>Bytes a second read in the interval.</summary>
    public double? IoReadBytesPerSecond { get; init; }

    /// <summary>Bytes a second written in the interval.</summary>
    public double? IoWriteBytesPerSecond { get; init; }

    /// <summary>Memory in percent of memory.max.</summary>
    public double? MemoryPercent => MemoryMax > 0 && MemoryCurrent is { } bytes ? 100.0 * bytes / MemoryMax : null;

    /// <summary>memory.stat as it was read: few who measure look into it.</summary>
    internal string? MemoryStatText { get; init; }

    /// <summary>The pressure files as they were read.</summary>
    internal (string? Cpu, string? Memory, string? Io) PressureTexts { get; init; }

    /// <summary>io.stat as it was read, or the two files of v1 that it stands for.</summary>
    internal (string? Bytes, string? Operations) IoText { get; init; }

    /// <summary>The clock that measures intervals, which no one sets.</summary>
    internal long Timestamp { get; init; } = Stopwatch.GetTimestamp();

    /// <summary>This reading with what was used since an earlier one.</summary>
    /// <param name="earlier">An earlier reading of the same cgroup.</param>
    public CgroupUsage Since(CgroupUsage earlier)
    {
        TimeSpan interval = Stopwatch.GetElapsedTime(earlier.Timestamp, Timestamp);
        double seconds = interval.TotalSeconds;
        if (seconds <= 0)
            return this;
        long? periods = Periods - earlier.Periods, throttled = ThrottledPeriods - earlier.ThrottledPeriods;
        return this with
        {
            Interval = interval,
            CpuPercent = 100 * (CpuUsage - earlier.CpuUsage)?.TotalSeconds / seconds,
            ThrottledPercent = periods == 0 ? 0 : 100.0 * throttled / periods,
            IoReadBytesPerSecond = (IoReadBytes - earlier.IoReadBytes) / seconds,
            IoWriteBytesPerSecond = (IoWriteBytes - earlier.IoWriteBytes) / seconds,
        };
    }

    /// <summary>The cgroup's path.</summary>
    public override string ToString() => Path;

    private static Dictionary<string, long> ParseStat(string? text)
    {
        var values = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (string line in (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space > 0 && SmallFile.ParseNumber(line.AsSpan(space + 1)) is { } value)
                values[line[..space]] = value;
        }
        return values;
    }
}
