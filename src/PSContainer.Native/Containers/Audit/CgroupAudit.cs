using System.Globalization;
using PSContainer.Cgroups.Limits;
using PSContainer.Containers.Insight;
using PSContainer.Spec;
using PSContainer.Words;

namespace PSContainer.Containers.Audit;

/// <summary>Limits, by the kernel's own files, and that the container is really in its cgroup.</summary>
internal static class CgroupAudit
{
    private const long Page = 4096;

    internal static void Run(AuditReport report, Container container, ResourcesSpec? resources, int pid)
    {
        if (container.Cgroup is not { } cgroup || container.Limits is not { } limits)
        {
            report.Unknown("Cgroup", container.Spec?.Linux?.CgroupsPath ?? "", "there is no cgroup");
            return;
        }
        // A directory for each hierarchy, and in each the container's first process.
        string[] without = [.. cgroup.Directories.Where(one => !ContainerProcessReader.PidsOf(one).Contains(pid))];
        string inForce = without.Length == 0 ? cgroup.Path : $"not in {string.Join(", ", without)}";
        report.Compare("Cgroup", cgroup.Path, inForce);
        if (resources is not null)
            CompareLimits(report, resources, limits);
    }

    private static void CompareLimits(AuditReport report, ResourcesSpec resources, CgroupLimit limits)
    {
        MemoryResources? memory = resources.Memory;
        Compare(report, "MemoryMax", Pages(memory?.Limit), limits.MemoryMax);
        Compare(report, "MemoryLow", Pages(memory?.Reservation), limits.MemoryLow);
        if (memory is { Swap: >= 0 and var swap, Limit: >= 0 and var limit })
            Compare(report, "MemorySwapMax", Pages(swap - limit), limits.MemorySwapMax);
        Compare(report, "MemoryHigh", Unified(resources, "memory.high"), limits.MemoryHigh);
        Compare(report, "PidsMax", resources.Pids?.Limit is { } pids ? LimitTranslator.FewestTasks(pids) : null, limits.PidsMax);
        if (resources.Cpu is { Quota: { } quota } cpu)
        {
            double? asked = quota > 0 ? (double)quota / (cpu.Period ?? 100_000) : null;
            report.Compare("CpuMax", Text(asked), Text(limits.CpuMax));
        }
        CompareList(report, "CpuSet", resources.Cpu?.Cpus, limits.CpuSetCpus);
        CompareList(report, "MemoryNode", resources.Cpu?.Mems, limits.CpuSetMems);
        if (resources.BlockIo is { } io)
            CompareIo(report, io, limits);
    }

    private static void CompareIo(AuditReport report, BlockIoResources io, CgroupLimit limits)
    {
        Rates("ReadBytesPerSecond", io.ThrottleReadBpsDevice, one => one.ReadBytesPerSecond);
        Rates("WriteBytesPerSecond", io.ThrottleWriteBpsDevice, one => one.WriteBytesPerSecond);
        Rates("ReadsPerSecond", io.ThrottleReadIopsDevice, one => one.ReadsPerSecond);
        Rates("WritesPerSecond", io.ThrottleWriteIopsDevice, one => one.WritesPerSecond);

        void Rates(string what, IReadOnlyList<ThrottleDeviceSpec>? asked, Func<IoLimit, long?> read)
        {
            foreach (ThrottleDeviceSpec rate in asked ?? [])
            {
                string device = string.Create(CultureInfo.InvariantCulture, $"{rate.Major}:{rate.Minor}");
                IoLimit? inForce = limits.IoMax.FirstOrDefault(one => one.Device == device);
                long wanted = rate.Rate == 0 ? CgroupLimit.Max : (long)rate.Rate;
                Compare(report, $"IoMax {device} {what}", wanted, inForce is null ? null : read(inForce));
            }
        }
    }

    private static void Compare(AuditReport report, string check, long? asked, long? inForce)
    {
        if (asked is { } number)
            report.Compare($"Limit.{check}", number < 0 ? "max" : Text(number), Text(inForce));
    }

    private static void CompareList(AuditReport report, string check, string? asked, string? inForce)
    {
        if (!string.IsNullOrEmpty(asked))
            report.Compare(
                $"Limit.{check}", CpuListWord.Parse(asked), string.IsNullOrEmpty(inForce) ? "all" : CpuListWord.Parse(inForce));
    }

    // The kernel counts in pages.
    private static long? Pages(long? bytes) => bytes is > 0 ? bytes / Page * Page : bytes;

    private static long? Unified(ResourcesSpec resources, string file) =>
        resources.Unified?.GetValueOrDefault(file) is not { } text ? null
        : long.TryParse(text, CultureInfo.InvariantCulture, out long number) ? Pages(number)
        : -1;

    private static string Text(double? number) =>
        number is { } value ? value.ToString("0.####", CultureInfo.InvariantCulture) : "max";
}
