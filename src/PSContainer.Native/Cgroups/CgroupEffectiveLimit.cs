using PSContainer.Cgroups.Hierarchies;
using PSContainer.Cgroups.Limits;
using PSContainer.Kernel;
using PSContainer.Words;

namespace PSContainer.Cgroups;

/// <summary>
/// What a process may really use: the tightest limit of its cgroup and all above it, and what the host has.
/// </summary>
/// <remarks>
/// Limits above the root of this process's cgroup namespace hold as well but cannot be seen from inside. For a thread count
/// take <see cref="CpuCount"/>; for a heap take a part of <see cref="MemoryMax"/>, since all else of the process counts too.
/// </remarks>
public sealed record CgroupEffectiveLimit
{
    /// <summary>Host pid of the process; <see langword="null"/> when a cgroup was asked about.</summary>
    public int? ProcessId { get; init; }

    /// <summary>The cgroup that was asked about; <see langword="null"/> when it was a process.</summary>
    public string? Cgroup { get; init; }

    /// <summary>CPUs to plan for: the quota rounded down, 1 at least, and no more than it may run on.</summary>
    public required int CpuCount { get; init; }

    /// <summary>The tightest cpu.max in CPUs; <see langword="null"/> when there is none.</summary>
    public double? CpuMax { get; init; }

    /// <summary>The cgroup that has that quota.</summary>
    public string? CpuMaxCgroup { get; init; }

    /// <summary>CPUs that it may run on, by its cpuset and its own affinity: <c>0-3</c>.</summary>
    public required string CpuSet { get; init; }

    /// <summary>Bytes of memory that it can have: the tightest memory.max, or all that the host has.</summary>
    public required long MemoryMax { get; init; }

    /// <summary>The cgroup that has that limit; <see langword="null"/> when it is the host's memory.</summary>
    public string? MemoryMaxCgroup { get; init; }

    /// <summary>The tightest memory.high in bytes; <see langword="null"/> when there is none.</summary>
    public long? MemoryHigh { get; init; }

    /// <summary>The cgroup that has that.</summary>
    public string? MemoryHighCgroup { get; init; }

    /// <summary>The tightest pids.max; <see langword="null"/> when there is none.</summary>
    public long? PidsMax { get; init; }

    /// <summary>The cgroup that has that limit.</summary>
    public string? PidsMaxCgroup { get; init; }

    /// <summary>CPUs of the host that are online.</summary>
    public required int HostCpuCount { get; init; }

    /// <summary>Bytes of memory of the host.</summary>
    public required long HostMemory { get; init; }

    /// <summary>CPUs and memory: <c>2 CPUs, 512MB</c>.</summary>
    public override string ToString() => $"{CpuCount} CPUs, {ByteSizeWord.Format(MemoryMax)}";

    /// <summary>Reads what holds for a process.</summary>
    /// <param name="processId">Host pid; by default this process.</param>
    /// <param name="host">Where controllers are; by default this host.</param>
    /// <exception cref="ContainerException">There is no such process.</exception>
    public static CgroupEffectiveLimit Of(int? processId = null, CgroupHost? host = null)
    {
        host ??= CgroupHost.Current;
        int pid = processId ?? Environment.ProcessId;
        return Read(host, ProcessCgroups.Of(host, pid), AllowedCpus(pid)) with { ProcessId = pid };
    }

    /// <summary>Reads what holds for the processes of a cgroup, whether there are any or not.</summary>
    /// <exception cref="CgroupNotFoundException">It is gone.</exception>
    public static CgroupEffectiveLimit Of(Cgroup cgroup, CgroupHost? host = null)
    {
        host ??= CgroupHost.Current;
        if (!cgroup.Exists)
            throw new CgroupNotFoundException(cgroup.Path);
        // On v1 it need not be in each hierarchy: there its processes are in the next one above.
        var places = host.Hierarchies.Select(hierarchy => (hierarchy, Nearest(hierarchy, cgroup.Path))).ToList();
        (CgroupHierarchy? cpuset, string? directory) = places.Find(place => place.hierarchy == host.Find("cpuset"));
        string file = cpuset is { IsUnified: true } ? "cpuset.cpus.effective" : "cpuset.effective_cpus";
        string? cpus = directory is null ? null : SmallFile.Read($"{directory}/{file}")?.Trim();
        return Read(host, places, cpus is { Length: > 0 } ? cpus : null) with { Cgroup = cgroup.Path };
    }

    private static string Nearest(CgroupHierarchy hierarchy, string path)
    {
        string directory = hierarchy.Directory(path);
        while (directory.Length > hierarchy.MountPoint.Length && !Directory.Exists(directory))
            directory = Path.GetDirectoryName(directory)!;
        return directory;
    }

    private static CgroupEffectiveLimit Read(
        CgroupHost host, IReadOnlyList<(CgroupHierarchy Hierarchy, string Directory)> places, string? cpus)
    {
        (double? cpuMax, string? cpuCgroup) = Tightest(host, places, "cpu", limits => limits.CpuMax());
        (double? memory, string? memoryCgroup) = Tightest(host, places, "memory", limits => limits.MemoryMax());
        (double? high, string? highCgroup) = Tightest(host, places, "memory", limits => limits.MemoryHigh());
        (double? pids, string? pidsCgroup) = Tightest(host, places, "pids", limits => limits.PidsMax());
        string online = SmallFile.Read("/sys/devices/system/cpu/online")?.Trim() is { Length: > 0 } list ? list : "0";
        string allowed = cpus ?? online;
        int usable = CpuListWord.Numbers(allowed).Intersect(CpuListWord.Numbers(online)).Count();
        long hostMemory = Proc.HostMemory.Total();
        bool isLimited = memory < hostMemory;
        return new()
        {
            CpuCount = Math.Max(1, (int)Math.Min(usable, Math.Floor(cpuMax ?? usable))),
            CpuMax = cpuMax,
            CpuMaxCgroup = cpuCgroup,
            CpuSet = allowed,
            MemoryMax = isLimited ? (long)memory! : hostMemory,
            MemoryMaxCgroup = isLimited ? memoryCgroup : null,
            MemoryHigh = (long?)high,
            MemoryHighCgroup = highCgroup,
            PidsMax = (long?)pids,
            PidsMaxCgroup = pidsCgroup,
            HostCpuCount = CpuListWord.Numbers(online).Count,
            HostMemory = hostMemory,
        };
    }

    private static (double? Value, string? Cgroup) Tightest(
        CgroupHost host, IReadOnlyList<(CgroupHierarchy Hierarchy, string Directory)> places, string controller,
        Func<LimitReader, double?> read)
    {
        (double? Value, string? Cgroup) best = default;
        CgroupHierarchy? hierarchy = host.Find(controller);
        (_, string? directory) = places.FirstOrDefault(place => place.Hierarchy == hierarchy);
        while (hierarchy is not null && directory?.Length > hierarchy.MountPoint.Length)
        {
            string here = directory;
            directory = Path.GetDirectoryName(directory);
            double? value = read(new LimitReader(host, _ => here));
            if (value is not null && !(best.Value <= value))
                best = (value, here[hierarchy.MountPoint.Length..]);
        }
        return best;
    }

    // What the scheduler goes by: cpuset and affinity together.
    private static string? AllowedCpus(int pid)
    {
        const string Name = "Cpus_allowed_list:";
        string? line = (SmallFile.Read($"/proc/{pid}/status") ?? "").Split('\n')
            .FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
        return line?[Name.Length..].Trim() is { Length: > 0 } list ? list : null;
    }
}
