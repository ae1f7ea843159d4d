namespace PSContainer;

/// <content>Reading everything at once.</content>
public sealed partial class Cgroup
{
    /// <summary>What it uses now.</summary>
    public CgroupUsage ReadUsage() => new()
    {
        Path = Path,
        Time = DateTime.Now,
        MemoryCurrent = MemoryCurrent,
        MemoryPeak = MemoryPeak,
        MemoryMax = MemoryMax,
        MemoryAnonymous = MemoryAnonymous,
        MemoryFile = MemoryFile,
        MemorySwapCurrent = MemorySwapCurrent,
        PidsCurrent = PidsCurrent,
        PidsMax = PidsMax,
        CpuUsage = CpuUsage,
        CpuUserUsage = CpuUserUsage,
        CpuSystemUsage = CpuSystemUsage,
        CpuMax = CpuMax,
        Periods = Periods,
        ThrottledPeriods = ThrottledPeriods,
        ThrottledTime = ThrottledTime,
        IoReadBytes = IoReadBytes,
        IoWriteBytes = IoWriteBytes,
        OomKillCount = OomKillCount,
        CpuPressure = CpuPressure,
        MemoryPressure = MemoryPressure,
        IoPressure = IoPressure,
    };
}
