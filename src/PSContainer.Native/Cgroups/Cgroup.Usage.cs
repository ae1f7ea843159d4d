using PSContainer.Cgroups.Usage;
using PSContainer.Kernel;

namespace PSContainer.Cgroups;

/// <content>Reading everything at once.</content>
public sealed partial class Cgroup
{
    // While one reading is taken: files that tell several values are read once, so that these belong together.
    private Dictionary<string, string?>? _reading;

    /// <summary>What it uses now.</summary>
    public CgroupUsage ReadUsage() => new Cgroup(_host, _directories, Path) { _reading = new(StringComparer.Ordinal) }.ReadAll();

    private CgroupUsage ReadAll()
    {
        bool legacyIo = _host.Find("blkio") is not null;
        return new()
        {
            Path = Path,
            Time = DateTime.Now,
            MemoryCurrent = MemoryCurrent,
            MemoryPeak = MemoryPeak,
            MemoryMax = MemoryMax,
            MemoryAnonymous = MemoryAnonymous,
            MemoryFile = MemoryFile,
            MemorySwapCurrent = MemorySwapCurrent,
            MemoryStatText = FileOf("memory", "memory.stat", "memory.stat") is { } stat ? ReadText(stat) : null,
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
            IoReads = IoReads,
            IoWrites = IoWrites,
            IoText = legacyIo
                ? (ReadFile("blkio", "blkio.throttle.io_service_bytes_recursive"),
                    ReadFile("blkio", "blkio.throttle.io_serviced_recursive"))
                : (ReadFile("io", "io.stat"), null),
            OomKillCount = OomKillCount,
            PressureTexts = (PressureText("cpu"), PressureText("memory"), PressureText("io")),
        };
    }

    private string? ReadFile(string controller, string file) =>
        DirectoryOf(controller) is { } directory ? ReadText($"{directory}/{file}") : null;

    private string? ReadText(string path)
    {
        if (_reading is null)
            return SmallFile.ReadValue(path);
        if (!_reading.TryGetValue(path, out string? text))
            _reading[path] = text = SmallFile.ReadValue(path);
        return text;
    }
}
