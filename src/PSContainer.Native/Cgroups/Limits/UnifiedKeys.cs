using PSContainer.Cgroups.Hierarchies;
using PSContainer.Kernel;

namespace PSContainer.Cgroups.Limits;

/// <summary>The specification's <c>unified</c> map: v2 file names, also on a host that has the controller on v1.</summary>
internal static class UnifiedKeys
{
    /// <param name="writes">Where they go.</param>
    /// <param name="host">Where controllers are.</param>
    /// <param name="unified">Values by file name.</param>
    /// <param name="memoryMax">The memory limit asked for elsewhere or in force.</param>
    internal static void Add(
        LimitWrites writes, CgroupHost host, IReadOnlyDictionary<string, string> unified, long? memoryMax)
    {
        if (unified.TryGetValue("memory.max", out string? max))
            memoryMax = SmallFile.ParseNumber(max);
        foreach ((string key, string value) in unified)
        {
            string controller = ControllerOf(key);
            if (controller == "cgroup")
            {
                if (host.Unified is null)
                    throw NeedsUnified(key, controller);
                writes.Add("cgroup", key, value);
            }
            else if (writes.IsUnified(controller == "io" && host.Find("blkio") is not null ? "blkio" : controller, key))
            {
                AddLines(writes, controller, key, value);
            }
            else
            {
                AddLegacy(writes, controller, key, value.Trim(), memoryMax);
            }
        }
    }

    /// <summary>The controller of a v2 file name.</summary>
    /// <exception cref="InvalidSpecException">It is no file name, or one that moves processes.</exception>
    internal static string ControllerOf(string key)
    {
        int dot = key.IndexOf('.', StringComparison.Ordinal);
        bool plain = dot > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
        if (!plain || key.Contains("..", StringComparison.Ordinal))
        {
            throw new InvalidSpecException(
                $"'{key}' is not the name of a cgroup file.", "Use names such as memory.high: a controller, a dot, a file.")
            { Target = key };
        }
        if (key is "cgroup.procs" or "cgroup.threads" or "cgroup.kill" or "cgroup.subtree_control" or "cgroup.type")
        {
            throw new InvalidSpecException($"'{key}' is not a limit: the runtime alone writes it.", "Remove it from 'unified'.")
            { Target = key };
        }
        return key[..dot];
    }

    // Nested keyed files (io.max) take one line a write.
    private static void AddLines(LimitWrites writes, string controller, string file, string value)
    {
        // An empty line takes a list of CPUs or nodes away; a write of nothing would not reach the kernel.
        if (value == "\n")
            writes.Add(controller, file, value);
        foreach (string line in value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            writes.Add(controller, file, line);
    }

    private static void AddLegacy(LimitWrites writes, string controller, string key, string value, long? memoryMax)
    {
        switch (key)
        {
            case "memory.max":
                writes.Add("memory", "memory.limit_in_bytes", LegacyMax(value));
                break;
            case "memory.low":
                // v1 says the other way round what may be taken first; nothing protected is no soft limit.
                writes.Add("memory", "memory.soft_limit_in_bytes", value == "0" ? "-1" : LegacyMax(value));
                break;
            case "memory.swap.max":
                AddSwap(writes, value, memoryMax);
                break;
            case "memory.oom.group" when value == "0":
                // The only way that v1 has.
                break;
            case "pids.max" or "cpu.idle" or "cpuset.cpus" or "cpuset.mems" or "rdma.max" or "misc.max":
                AddLines(writes, controller, key, value);
                break;
            case "cpu.max":
                AddCpuMax(writes, value);
                break;
            case "cpu.max.burst":
                writes.Add("cpu", "cpu.cfs_burst_us", value);
                break;
            case "cpu.weight":
                writes.Add("cpu", "cpu.shares", (long)CpuWeight.ToShares(Number(key, value)));
                break;
            case "io.max":
                AddIoMax(writes, value);
                break;
            case "io.weight":
                foreach (string line in value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                    AddIoWeight(writes, key, line);
                break;
            case not null when controller == "hugetlb" && key.EndsWith(".max", StringComparison.Ordinal):
                writes.Add("hugetlb", $"{key[..^4]}.limit_in_bytes", LegacyMax(value));
                break;
            default:
                throw NeedsUnified(key!, controller);
        }
    }

    private static string LegacyMax(string value) => value == "max" ? "-1" : value;

    private static void AddSwap(LimitWrites writes, string value, long? memoryMax)
    {
        if (value == "max")
        {
            writes.Add("memory", "memory.memsw.limit_in_bytes", -1);
            return;
        }
        if (memoryMax is not >= 0)
        {
            throw new InvalidSpecException(
                "memory.swap.max without memory.max: cgroup v1 limits swap only together with memory.", "Set memory.max as well.")
            { Target = "memory.swap.max" };
        }
        writes.Add("memory", "memory.memsw.limit_in_bytes", memoryMax.Value + Number("memory.swap.max", value));
    }

    private static void AddCpuMax(LimitWrites writes, string value)
    {
        string[] words = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is 0 or > 2)
            throw BadValue("cpu.max", value);
        if (words.Length == 2)
            writes.Add("cpu", "cpu.cfs_period_us", Number("cpu.max", words[1]));
        writes.Add("cpu", "cpu.cfs_quota_us", words[0] == "max" ? -1 : Number("cpu.max", words[0]));
    }

    private static void AddIoMax(LimitWrites writes, string value)
    {
        foreach (string line in value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            foreach (string word in words.Skip(1))
            {
                string[] pair = word.Split('=', 2);
                string? file = pair[0] switch
                {
                    "rbps" => "blkio.throttle.read_bps_device",
                    "wbps" => "blkio.throttle.write_bps_device",
                    "riops" => "blkio.throttle.read_iops_device",
                    "wiops" => "blkio.throttle.write_iops_device",
                    _ => null,
                };
                if (file is null || pair.Length != 2)
                    throw BadValue("io.max", line);
                writes.Add("blkio", file, $"{words[0]} {(pair[1] == "max" ? "0" : pair[1])}");
            }
        }
    }

    private static void AddIoWeight(LimitWrites writes, string key, string value)
    {
        string[] words = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is 0 or > 2)
            throw BadValue(key, value);
        long weight = IoLimitWrites.WeightToBfq(Number(key, words[^1]));
        bool forAll = words.Length == 1 || words[0] == "default";
        string suffix = forAll ? "" : "_device", text = forAll ? LimitWrites.Number(weight) : $"{words[0]} {weight}";
        writes.Add(new CgroupWrite("blkio", $"blkio.bfq.weight{suffix}", text)
        {
            Alternative = new CgroupWrite("blkio", $"blkio.weight{suffix}", text),
        });
    }

    private static long Number(string key, string value) => SmallFile.ParseNumber(value) ?? throw BadValue(key, value);

    private static InvalidSpecException BadValue(string key, string value) =>
        new($"'{value}' is not a value of {key}.", "See the kernel's documentation of cgroup v2 for its format.")
        { Target = key };

    private static ControllerUnavailableException NeedsUnified(string key, string controller) => new(
        $"The limit '{key}' exists only on cgroup v2; this host has the controller '{controller}' on v1.",
        "Boot the host with cgroup v2 alone (systemd.unified_cgroup_hierarchy=1, or cgroup_no_v1=all), or leave this limit out.")
    { Target = key };
}
