using PSContainer.Spec;

namespace PSContainer.Plan;

/// <summary>The limits of a plan in words, by the names of the kernel's v2 files.</summary>
internal static class LimitWords
{
    public static string Describe(ResourcesSpec? resources)
    {
        var words = new List<string>();
        void Add(string file, object? value)
        {
            if (value is not null)
                words.Add($"{file}={value}");
        }
        Add("memory.max", resources?.Memory?.Limit);
        Add("memory.low", resources?.Memory?.Reservation);
        Add("memory+swap", resources?.Memory?.Swap);
        if (resources?.Cpu is { Quota: { } quota })
            Add("cpu.max", $"{quota} {resources.Cpu.Period ?? 100_000}");
        Add("cpu.shares", resources?.Cpu?.Shares);
        Add("cpuset.cpus", resources?.Cpu?.Cpus);
        Add("cpuset.mems", resources?.Cpu?.Mems);
        Add("pids.max", resources?.Pids?.Limit);
        Add("io.weight", resources?.BlockIo?.Weight);
        foreach ((string file, string value) in resources?.Unified ?? new Dictionary<string, string>())
            Add(file, value);
        return string.Join(' ', words);
    }
}
