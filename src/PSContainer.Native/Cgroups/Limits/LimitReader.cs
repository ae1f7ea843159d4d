using PSContainer.Cgroups.Hierarchies;
using PSContainer.Kernel;

namespace PSContainer.Cgroups.Limits;

/// <summary>Reads the limits in force from the files of v1 or of v2.</summary>
internal sealed class LimitReader(CgroupHost host, Func<string, string?> directoryOf)
{
    // v1 writes "no limit" as the largest multiple of the page size.
    private const long NoLimit = long.MaxValue - 0xffff;

    internal CgroupLimit Read()
    {
        long? memoryMax = MemoryMax();
        return new CgroupLimit
        {
            MemoryMax = memoryMax,
            MemoryHigh = MemoryHigh(),
            MemoryLow = Protection("memory.soft_limit_in_bytes", "memory.low"),
            MemoryMin = Protection(null, "memory.min"),
            MemorySwapMax = SwapMax(memoryMax),
            MemoryOomGroup = Flag(Number("memory", null, "memory.oom.group")),
            CpuMax = CpuMax(),
            CpuBurst = CpuBurst(),
            CpuWeight = Weight(),
            CpuIdle = Flag(Number("cpu", "cpu.idle", "cpu.idle")),
            CpuSetCpus = Text("cpuset", "cpuset.cpus"),
            CpuSetMems = Text("cpuset", "cpuset.mems"),
            CpuSetPartition = FileOf("cpuset", null, "cpuset.cpus.partition") is { } partition
                ? SmallFile.Read(partition)?.Trim() : null,
            PidsMax = PidsMax(),
            IoMax = IoLimitReader.Read(host, directoryOf),
            IoWeight = IoLimitReader.ReadWeight(host, directoryOf),
            IoDeviceWeight = IoLimitReader.ReadDeviceWeights(host, directoryOf),
            IoLatency = IoLimitReader.ReadLatencies(directoryOf),
            HugetlbMax = Hugepages(),
            RawLimit = Raw(),
        };
    }

    internal long? MemoryHigh() => Bytes("memory", null, "memory.high");

    internal long? PidsMax() => Number("pids", "pids.max", "pids.max");

    internal long? MemoryMax() => Bytes("memory", "memory.limit_in_bytes", "memory.max");

    private string? FileOf(string controller, string? legacy, string? unified)
    {
        if (directoryOf(controller) is not { } directory)
            return null;
        string? file = host.Find(controller)!.IsUnified ? unified : legacy;
        return file is null ? null : $"{directory}/{file}";
    }

    private long? Number(string controller, string? legacy, string? unified) =>
        FileOf(controller, legacy, unified) is { } file ? SmallFile.ReadNumber(file) : null;

    private long? Bytes(string controller, string? legacy, string? unified) =>
        Number(controller, legacy, unified) is { } value and < NoLimit and >= 0 ? value : null;

    private string? Text(string controller, string file) =>
        FileOf(controller, file, file) is { } path && SmallFile.Read(path)?.Trim() is { Length: > 0 } text ? text : null;

    // 0 protects nothing, and v1's default is a limit that nothing reaches.
    private long? Protection(string? legacy, string unified) =>
        Bytes("memory", legacy, unified) is > 0 and var value ? value : null;

    private static bool? Flag(long? value) => value is { } number ? number != 0 : null;

    private long? SwapMax(long? memoryMax)
    {
        if (host.Find("memory") is { IsUnified: true })
            return Bytes("memory", null, "memory.swap.max");
        return Bytes("memory", "memory.memsw.limit_in_bytes", null) is { } both && memoryMax is { } memory ? both - memory : null;
    }

    internal double? CpuMax()
    {
        if (FileOf("cpu", null, "cpu.max") is { } file)
        {
            string[] words = SmallFile.ReadWords(file);
            if (words.Length != 2 || SmallFile.ParseNumber(words[0]) is not { } most)
                return null;
            return SmallFile.ParseNumber(words[1]) is > 0 and var length ? (double)most / length : null;
        }
        long? quota = Number("cpu", "cpu.cfs_quota_us", null), period = Number("cpu", "cpu.cfs_period_us", null);
        return quota >= 0 && period > 0 ? (double)quota / period : null;
    }

    private TimeSpan? CpuBurst() =>
        Number("cpu", "cpu.cfs_burst_us", "cpu.max.burst") is > 0 and var burst ? TimeSpan.FromMicroseconds(burst) : null;

    internal int? Weight() => Number("cpu", "cpu.shares", "cpu.weight") is not { } value ? null
        : host.Find("cpu")!.IsUnified ? (int)value
        : (int)CpuWeight.FromShares((ulong)value);

    private Dictionary<string, long> Hugepages()
    {
        var limits = new Dictionary<string, long>();
        if (directoryOf("hugetlb") is not { } directory)
            return limits;
        string suffix = host.Find("hugetlb")!.IsUnified ? ".max" : ".limit_in_bytes";
        foreach (string path in Files(directory, $"hugetlb.*{suffix}"))
        {
            string size = Path.GetFileName(path)["hugetlb.".Length..^suffix.Length];
            if (!size.Contains('.', StringComparison.Ordinal) && SmallFile.ReadNumber(path) is { } value and < NoLimit)
                limits[size] = value;
        }
        return limits;
    }

    private Dictionary<string, string> Raw()
    {
        var limits = new Dictionary<string, string>();
        foreach (string file in (string[])["rdma.max", "misc.max"])
        {
            string? directory = directoryOf(file[..file.IndexOf('.', StringComparison.Ordinal)]);
            string? text = directory is null ? null : SmallFile.Read($"{directory}/{file}")?.Trim();
            if (text?.Split([' ', '\n', '=']).Any(word => word.Length > 0 && char.IsAsciiDigit(word[0])) == true)
                limits[file] = text;
        }
        return limits;
    }

    private static string[] Files(string directory, string pattern)
    {
        try
        {
            return Directory.GetFiles(directory, pattern);
        }
        catch (IOException)
        {
            return [];
        }
    }
}
