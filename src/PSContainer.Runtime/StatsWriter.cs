using System.Globalization;
using System.Text.Json;
using PSContainer.Cgroups;
using PSContainer.Cgroups.Usage;
using PSContainer.Kernel;
using PSContainer.Words;

namespace PSContainer.Runtime;

/// <summary>
/// The reading of a cgroup in the members that readers of <c>runc events</c> know; times are nanoseconds, sizes bytes.
/// </summary>
/// <remarks>What this host cannot tell is 0, or left out where the reader allows it.</remarks>
internal static class StatsWriter
{
    private const long NoLimit = long.MaxValue - 0xffff;

    /// <summary>Writes one JSON object.</summary>
    public static void Write(Utf8JsonWriter json, Cgroup cgroup)
    {
        json.WriteStartObject();
        WriteCpu(json, cgroup);
        WriteCpuset(json, cgroup);
        WriteMemory(json, cgroup);
        json.WriteStartObject("pids");
        json.WriteNumber("current", cgroup.PidsCurrent ?? 0);
        if (cgroup.PidsMax is { } most)
            json.WriteNumber("limit", most);
        json.WriteEndObject();
        WriteBlockIo(json, cgroup);
        WriteHugepages(json, cgroup);
        json.WriteStartObject("intel_rdt");
        json.WriteEndObject();
        json.WriteNull("network_interfaces");
        json.WriteEndObject();
    }

    private static void WriteCpu(Utf8JsonWriter json, Cgroup cgroup)
    {
        json.WriteStartObject("cpu");
        json.WriteStartObject("usage");
        json.WriteNumber("total", Nanoseconds(cgroup.CpuUsage));
        WriteEach(json, "percpu", cgroup, "cpuacct", "cpuacct.usage_percpu");
        WriteEach(json, "percpu_kernel", cgroup, "cpuacct", "cpuacct.usage_percpu_sys");
        WriteEach(json, "percpu_user", cgroup, "cpuacct", "cpuacct.usage_percpu_user");
        json.WriteNumber("kernel", Nanoseconds(cgroup.CpuSystemUsage));
        json.WriteNumber("user", Nanoseconds(cgroup.CpuUserUsage));
        json.WriteEndObject();
        json.WriteStartObject("throttling");
        json.WriteNumber("periods", cgroup.Periods ?? 0);
        json.WriteNumber("throttledPeriods", cgroup.ThrottledPeriods ?? 0);
        json.WriteNumber("throttledTime", Nanoseconds(cgroup.ThrottledTime));
        json.WriteEndObject();
        WritePressure(json, cgroup.CpuPressure);
        json.WriteEndObject();
    }

    private static void WriteCpuset(Utf8JsonWriter json, Cgroup cgroup)
    {
        json.WriteStartObject("cpuset");
        string? directory = cgroup.FindDirectory("cpuset");
        WriteList(json, "cpus", directory, "cpuset.cpus", "cpuset.cpus.effective");
        WriteList(json, "mems", directory, "cpuset.mems", "cpuset.mems.effective");
        foreach (string name in new[]
        {
            "cpu_exclusive", "mem_hardwall", "mem_exclusive", "memory_migrate", "memory_spread_page", "memory_spread_slab",
            "memory_pressure", "sched_load_balance", "sched_relax_domain_level",
        })
        {
            json.WriteNumber(name, directory is null ? 0 : SmallFile.ReadNumber($"{directory}/cpuset.{name}") ?? 0);
        }
        json.WriteEndObject();
    }

    private static void WriteMemory(Utf8JsonWriter json, Cgroup cgroup)
    {
        json.WriteStartObject("memory");
        json.WriteNumber("cache", cgroup.MemoryFile ?? 0);
        string? directory = cgroup.FindDirectory("memory");
        if (directory is not null && File.Exists($"{directory}/memory.usage_in_bytes"))
        {
            WriteLegacyMemory(json, "usage", $"{directory}/memory.");
            WriteLegacyMemory(json, "swap", $"{directory}/memory.memsw.");
            WriteLegacyMemory(json, "kernel", $"{directory}/memory.kmem.");
            WriteLegacyMemory(json, "kernelTCP", $"{directory}/memory.kmem.tcp.");
        }
        else if (directory is not null)
        {
            long failures = SmallFile.ReadKey($"{directory}/memory.events", "max") ?? 0;
            WriteMemoryEntry(json, "usage", cgroup.MemoryMax, cgroup.MemoryCurrent, cgroup.MemoryPeak, failures);
            WriteUnifiedSwap(json, cgroup, directory);
        }
        WriteRaw(json, directory);
        WritePressure(json, cgroup.MemoryPressure);
        json.WriteEndObject();
    }

    // Readers expect memory and swap together, as v1 counts; v2 counts swap alone.
    private static void WriteUnifiedSwap(Utf8JsonWriter json, Cgroup cgroup, string directory)
    {
        long? limit = SmallFile.ReadNumber($"{directory}/memory.swap.max") is { } swap ? swap + cgroup.MemoryMax : null;
        long? usage = cgroup.MemoryCurrent + (cgroup.MemorySwapCurrent ?? 0);
        WriteMemoryEntry(json, "swap", limit, usage, null, SmallFile.ReadKey($"{directory}/memory.swap.events", "fail") ?? 0);
    }

    private static void WriteLegacyMemory(Utf8JsonWriter json, string name, string files) => WriteMemoryEntry(
        json, name, SmallFile.ReadNumber($"{files}limit_in_bytes"), SmallFile.ReadNumber($"{files}usage_in_bytes"),
        SmallFile.ReadNumber($"{files}max_usage_in_bytes"), SmallFile.ReadNumber($"{files}failcnt") ?? 0);

    private static void WriteMemoryEntry(Utf8JsonWriter json, string name, long? limit, long? usage, long? most, long failures)
    {
        json.WriteStartObject(name);
        // No limit is the largest number, as v1 has it and readers compare.
        json.WriteNumber("limit", limit is null or >= NoLimit ? ulong.MaxValue : (ulong)limit);
        json.WriteNumber("usage", usage ?? 0);
        json.WriteNumber("max", most ?? 0);
        json.WriteNumber("failcnt", failures);
        json.WriteEndObject();
    }

    private static void WriteRaw(Utf8JsonWriter json, string? directory)
    {
        if (directory is null || SmallFile.Read($"{directory}/memory.stat") is not { } text)
            return;
        json.WriteStartObject("raw");
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ');
            if (words.Length == 2 && ulong.TryParse(words[1], CultureInfo.InvariantCulture, out ulong number))
                json.WriteNumber(words[0], number);
        }
        json.WriteEndObject();
    }

    private static void WriteBlockIo(Utf8JsonWriter json, Cgroup cgroup)
    {
        json.WriteStartObject("blkio");
        if (cgroup.FindDirectory("blkio") is { } legacy)
        {
            WriteLegacyIo(json, "ioServiceBytesRecursive", $"{legacy}/blkio.throttle.io_service_bytes_recursive");
            WriteLegacyIo(json, "ioServicedRecursive", $"{legacy}/blkio.throttle.io_serviced_recursive");
        }
        else if (cgroup.FindDirectory("io") is { } directory && SmallFile.Read($"{directory}/io.stat") is { } text)
        {
            WriteUnifiedIo(json, "ioServiceBytesRecursive", text, ("rbytes", "Read"), ("wbytes", "Write"));
            WriteUnifiedIo(json, "ioServicedRecursive", text, ("rios", "Read"), ("wios", "Write"));
        }
        WritePressure(json, cgroup.IoPressure);
        json.WriteEndObject();
    }

    // "8:0 Read 4096", and a line "Total 4096" that is for no device.
    private static void WriteLegacyIo(Utf8JsonWriter json, string name, string file)
    {
        json.WriteStartArray(name);
        foreach (string line in (SmallFile.Read(file) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ');
            if (words.Length == 3)
                WriteIoEntry(json, words[0], words[1], words[2]);
        }
        json.WriteEndArray();
    }

    // "8:0 rbytes=4096 wbytes=0 rios=1 ...".
    private static void WriteUnifiedIo(Utf8JsonWriter json, string name, string text,
        params ReadOnlySpan<(string Key, string Operation)> kinds)
    {
        json.WriteStartArray(name);
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ');
            foreach ((string key, string operation) in kinds)
            {
                if (Array.Find(words, word => word.StartsWith($"{key}=", StringComparison.Ordinal)) is { } pair)
                    WriteIoEntry(json, words[0], operation, pair[(key.Length + 1)..]);
            }
        }
        json.WriteEndArray();
    }

    private static void WriteIoEntry(Utf8JsonWriter json, string device, string operation, string value)
    {
        string[] numbers = device.Split(':');
        if (numbers.Length != 2 || !ulong.TryParse(value, CultureInfo.InvariantCulture, out ulong number))
            return;
        json.WriteStartObject();
        json.WriteNumber("major", int.Parse(numbers[0], CultureInfo.InvariantCulture));
        json.WriteNumber("minor", int.Parse(numbers[1], CultureInfo.InvariantCulture));
        json.WriteString("op", operation);
        json.WriteNumber("value", number);
        json.WriteEndObject();
    }

    private static void WriteHugepages(Utf8JsonWriter json, Cgroup cgroup)
    {
        json.WriteStartObject("hugetlb");
        foreach (string size in cgroup.ReadLimits().HugetlbMax.Keys)
        {
            string files = $"{cgroup.FindDirectory("hugetlb")}/hugetlb.{size}.";
            bool isLegacy = File.Exists($"{files}usage_in_bytes");
            json.WriteStartObject(size);
            json.WriteNumber("usage", SmallFile.ReadNumber($"{files}{(isLegacy ? "usage_in_bytes" : "current")}") ?? 0);
            json.WriteNumber("max", isLegacy ? SmallFile.ReadNumber($"{files}max_usage_in_bytes") ?? 0 : 0);
            json.WriteNumber("failcnt", isLegacy ? SmallFile.ReadNumber($"{files}failcnt") ?? 0
                : SmallFile.ReadKey($"{files}events", "max") ?? 0);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WritePressure(Utf8JsonWriter json, CgroupPressure? pressure)
    {
        if (pressure is null)
            return;
        json.WriteStartObject("psi");
        WritePressureLine(json, "some", pressure.SomeAverage10, pressure.SomeAverage60, pressure.SomeAverage300,
            pressure.SomeTotal);
        WritePressureLine(json, "full", pressure.FullAverage10, pressure.FullAverage60, pressure.FullAverage300,
            pressure.FullTotal);
        json.WriteEndObject();
    }

    private static void WritePressureLine(Utf8JsonWriter json, string name, double average10, double average60,
        double average300, TimeSpan total)
    {
        json.WriteStartObject(name);
        json.WriteNumber("avg10", average10);
        json.WriteNumber("avg60", average60);
        json.WriteNumber("avg300", average300);
        json.WriteNumber("total", (long)total.TotalMicroseconds);
        json.WriteEndObject();
    }

    private static void WriteEach(Utf8JsonWriter json, string name, Cgroup cgroup, string controller, string file)
    {
        if (cgroup.FindDirectory(controller) is not { } directory
            || SmallFile.ReadWords($"{directory}/{file}") is not { Length: > 0 } words)
            return;
        json.WriteStartArray(name);
        foreach (string word in words)
            json.WriteNumberValue(SmallFile.ParseNumber(word) ?? 0);
        json.WriteEndArray();
    }

    private static void WriteList(Utf8JsonWriter json, string name, string? directory, string file, string effectiveFile)
    {
        string? text = directory is null ? null : SmallFile.Read($"{directory}/{file}")?.Trim();
        if (string.IsNullOrEmpty(text) && directory is not null)
            text = SmallFile.Read($"{directory}/{effectiveFile}")?.Trim();
        if (string.IsNullOrEmpty(text))
            return;
        json.WriteStartArray(name);
        foreach (int number in CpuListWord.Numbers(text))
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static long Nanoseconds(TimeSpan? time) => (time?.Ticks ?? 0) * 100;
}
