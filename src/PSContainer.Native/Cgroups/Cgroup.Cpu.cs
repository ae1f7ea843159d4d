using PSContainer.Cgroups.Usage;
using PSContainer.Kernel;

namespace PSContainer.Cgroups;

/// <content>CPU time and I/O.</content>
public sealed partial class Cgroup
{
    private const int NanosecondsPerTick = 100;
    private const long LegacyClockTicks = 100;

    /// <summary>CPU time of all its processes, also of those that ended.</summary>
    public TimeSpan? CpuUsage => UnifiedCpuTime("usage_usec") ?? FromNanoseconds(Number("cpuacct", "cpuacct.usage", ""));

    /// <summary>CPU time in programs.</summary>
    public TimeSpan? CpuUserUsage => UnifiedCpuTime("user_usec") ?? FromTicks(Key("cpuacct", "cpuacct.stat", "", "user"));

    /// <summary>CPU time in the kernel.</summary>
    public TimeSpan? CpuSystemUsage => UnifiedCpuTime("system_usec") ?? FromTicks(Key("cpuacct", "cpuacct.stat", "", "system"));

    /// <summary>cpu.max in CPUs; <see langword="null"/> for no limit.</summary>
    public double? CpuMax => Limits.CpuMax();

    /// <summary>cpu.weight; on v1 from cpu.shares.</summary>
    public int? CpuWeight => Limits.Weight();

    /// <summary>Periods of cpu.max in which it had something to run.</summary>
    public long? Periods => Key("cpu", "cpu.stat", "cpu.stat", "nr_periods");

    /// <summary>Periods of cpu.max in which it used up its time and had to wait.</summary>
    public long? ThrottledPeriods => Key("cpu", "cpu.stat", "cpu.stat", "nr_throttled");

    /// <summary>How long it waited so, all CPUs together.</summary>
    public TimeSpan? ThrottledTime => IsUnified("cpu")
        ? FromMicroseconds(Key("cpu", "", "cpu.stat", "throttled_usec"))
        : FromNanoseconds(Key("cpu", "cpu.stat", "", "throttled_time"));

    /// <summary>Bytes read from disks.</summary>
    public long? IoReadBytes => ReadIo("Read", "rbytes", "blkio.throttle.io_service_bytes_recursive");

    /// <summary>Bytes written to disks.</summary>
    public long? IoWriteBytes => ReadIo("Write", "wbytes", "blkio.throttle.io_service_bytes_recursive");

    /// <summary>Reads from disks.</summary>
    public long? IoReads => ReadIo("Read", "rios", "blkio.throttle.io_serviced_recursive");

    /// <summary>Writes to disks.</summary>
    public long? IoWrites => ReadIo("Write", "wios", "blkio.throttle.io_serviced_recursive");

    // The v2 directory accounts CPU time without any controller, so it does on hybrid hosts too.
    private TimeSpan? UnifiedCpuTime(string key) =>
        UnifiedDirectory is { } directory ? FromMicroseconds(SmallFile.FindKey(ReadText($"{directory}/cpu.stat"), key)) : null;

    private long? ReadIo(string legacyKey, string key, string legacyFile)
    {
        bool legacy = _host.Find("blkio") is not null;
        string? file = legacy ? FileOf("blkio", legacyFile, "") : FileOf("io", "", "io.stat");
        return file is null || ReadText(file) is not { } text ? null : CgroupIoUsage.Sum(text, legacy ? legacyKey : key, legacy);
    }

    private static TimeSpan? FromMicroseconds(long? value) => value is { } time ? TimeSpan.FromMicroseconds(time) : null;

    private static TimeSpan? FromNanoseconds(long? value) =>
        value is { } time ? TimeSpan.FromTicks(time / NanosecondsPerTick) : null;

    private static TimeSpan? FromTicks(long? value) =>
        value is { } ticks ? TimeSpan.FromTicks(ticks * (TimeSpan.TicksPerSecond / LegacyClockTicks)) : null;
}
