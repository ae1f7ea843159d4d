using PSContainer.Cgroups.Hierarchies;
using PSContainer.Spec;

namespace PSContainer.Cgroups.Limits;

/// <summary>The one way from the specification's limits to the files of this host's controllers.</summary>
internal static class LimitTranslator
{
    /// <summary>The writes, in an order that a new cgroup takes.</summary>
    /// <param name="host">Where controllers are.</param>
    /// <param name="resources">What is asked.</param>
    /// <param name="currentMemoryMax">The memory limit in force, for an update; <see langword="null"/> for none.</param>
    /// <exception cref="ControllerUnavailableException">The host cannot do one of them.</exception>
    /// <exception cref="InvalidSpecException">One of them contradicts another.</exception>
    internal static IReadOnlyList<CgroupWrite> Translate(CgroupHost host, ResourcesSpec resources, long? currentMemoryMax = null)
    {
        var writes = new LimitWrites(host);
        if (resources.Memory is { } memory)
            MemoryLimitWrites.Add(writes, memory, currentMemoryMax);
        if (resources.Pids?.Limit is { } pids)
        {
            writes.IsUnified("pids", "pids.max");
            writes.Add("pids", "pids.max", LimitWrites.MaxOr(FewestTasks(pids)));
        }
        if (resources.Cpu is { } cpu)
            CpuLimitWrites.Add(writes, cpu);
        if (resources.BlockIo is { } io)
            IoLimitWrites.Add(writes, host, io);
        foreach (HugepageLimitSpec huge in resources.HugepageLimits ?? [])
            AddHugepages(writes, huge);
        foreach ((string device, RdmaLimitSpec rdma) in resources.Rdma ?? new Dictionary<string, RdmaLimitSpec>())
            AddRdma(writes, device, rdma);
        if (resources.Network is { } network)
            AddNetwork(writes, network);
        // Last, so that a v2 name given explicitly wins over a field that says the same.
        if (resources.Unified is { Count: > 0 } unified)
            UnifiedKeys.Add(writes, host, unified, resources.Memory?.Limit ?? currentMemoryMax);
        return writes.List;
    }

    /// <summary>The limit of tasks that a configuration's stands for: 0 is as few as there can be, one.</summary>
    // The kernel's 0 means the same for who is inside already, but lets clone3(2) put nobody in, and systemd knows no 0.
    internal static long FewestTasks(long limit) => limit == 0 ? 1 : limit;

    private static void AddHugepages(LimitWrites writes, HugepageLimitSpec huge)
    {
        string file = $"hugetlb.{huge.PageSize}.max";
        bool unified = writes.IsUnified("hugetlb", file);
        // A limit of 64 bits that does not fit 63 is no limit.
        string value = huge.Limit > long.MaxValue ? unified ? "max" : "-1" : huge.Limit.ToString();
        writes.Add("hugetlb", unified ? file : $"hugetlb.{huge.PageSize}.limit_in_bytes", value);
        string reserved = unified ? $"hugetlb.{huge.PageSize}.rsvd.max" : $"hugetlb.{huge.PageSize}.rsvd.limit_in_bytes";
        // Reservations are counted since Linux 5.7; without that file a mapping fails later, at the page fault.
        writes.Add(new CgroupWrite("hugetlb", reserved, value) { IsOptional = true });
    }

    private static void AddRdma(LimitWrites writes, string device, RdmaLimitSpec rdma)
    {
        writes.IsUnified("rdma", "rdma.max");
        if (rdma.HcaHandles is { } handles)
            writes.Add("rdma", "rdma.max", $"{device} hca_handle={handles}");
        if (rdma.HcaObjects is { } objects)
            writes.Add("rdma", "rdma.max", $"{device} hca_object={objects}");
    }

    private static void AddNetwork(LimitWrites writes, NetworkResources network)
    {
        if (network.ClassId is { } classId and not 0)
        {
            writes.RequireLegacy("net_cls", "network.classID");
            writes.Add("net_cls", "net_cls.classid", classId);
        }
        foreach (InterfacePrioritySpec priority in network.Priorities ?? [])
        {
            writes.RequireLegacy("net_prio", "network.priorities");
            writes.Add("net_prio", "net_prio.ifpriomap", $"{priority.Name} {priority.Priority}");
        }
    }
}
