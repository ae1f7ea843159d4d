using PSContainer.Proc;
using PSContainer.Spec;
using PSContainer.Steps.Container;

namespace PSContainer.Plan;

/// <summary>Which namespaces are made, which are joined, and in what order.</summary>
internal sealed class NamespacePlan
{
    private readonly Dictionary<string, NamespaceSpec> _byType = [];

    public NamespacePlan(LinuxSpec linux, IReadOnlyList<string> beforeUser)
    {
        foreach (NamespaceSpec item in linux.Namespaces ?? [])
            _byType[item.Type] = item;
        AddJoined(JoinOrder.Where(beforeUser.Contains));
        AddJoined(JoinOrder.Where(type => !beforeUser.Contains(type)));
        NeedsSecondClone = Joined.Exists(item => item.Type is "pid" or "user" or "time") || (MakesUser && Joined.Count > 0);
        HasOffsets = linux.TimeOffsets is { Count: > 0 };
        if (MakesUser && HasOffsets && Makes("time") && Joined.Count == 0)
        {
            ClocksInOwnUser = TimeOffsetLines.Format(linux.TimeOffsets!);
            NeedsSecondClone = true;
        }
    }

    /// <summary>
    /// Namespaces to join; the user namespace before those that it owns, since with it comes the right to join them.
    /// </summary>
    public List<NamespaceSpec> Joined { get; } = [];

    /// <summary>
    /// Whether joining takes a process in between: a pid or time namespace holds only for children, and what is made after
    /// joining a user namespace belongs to it. And whoever is in a new user namespace can join nothing from outside any more.
    /// </summary>
    public bool NeedsSecondClone { get; }

    private bool HasOffsets { get; }

    /// <summary>
    /// The offsets of a time namespace that the new user namespace shall own, as the kernel takes them: an ordinary user may set no
    /// clock outside. The first clone makes the user namespace and sets them, the second all others. <see langword="null"/> otherwise.
    /// </summary>
    public string? ClocksInOwnUser { get; }

    /// <summary>CLONE_NEW… types for the clone before that.</summary>
    public int FirstCloneFlags => ClocksInOwnUser is null ? 0 : Kernel.CloneFlags.NewUser;

    /// <summary>Whether a new user namespace is made.</summary>
    public bool MakesUser => Makes("user");

    /// <summary>Whether the container's user namespace is not the runtime's.</summary>
    public bool HasOwnUser => _byType.ContainsKey("user");

    /// <summary>CLONE_NEW… types for the clone that makes the init.</summary>
    /// <remarks>
    /// Not the cgroup namespace: its root is the cgroup of the process at that moment, so the child makes it once it has
    /// joined. Not a time namespace with offsets: they can only be set while no process is in it.
    /// </remarks>
    public int CloneFlags
    {
        get
        {
            int flags = 0;
            foreach ((string type, NamespaceSpec item) in _byType)
            {
                if (item.Path is null && type != "cgroup" && !(type == "time" && HasOffsets) && !(type == "user" && ClocksInOwnUser is not null))
                    flags |= NamespaceTypes.Flag(type);
            }
            return flags;
        }
    }

    private void AddJoined(IEnumerable<string> types)
    {
        foreach (string type in types)
        {
            if (_byType.TryGetValue(type, out NamespaceSpec? item) && item.Path is not null)
                Joined.Add(item);
        }
    }

    public bool Has(string type) => _byType.ContainsKey(type);

    public bool Makes(string type) => _byType.TryGetValue(type, out NamespaceSpec? item) && item.Path is null;

    public string Describe(bool intoCgroup)
    {
        var words = new List<string>();
        foreach (string type in JoinOrder)
        {
            if (Makes(type) && (CloneFlags & NamespaceTypes.Flag(type)) != 0)
                words.Add(NamespaceTypes.FlagName(type));
        }
        words.Add("CLONE_PIDFD");
        if (intoCgroup)
            words.Add("CLONE_INTO_CGROUP");
        return string.Join('|', words);
    }

    public void AddParentSteps(PlanBuilder plan)
    {
        foreach (NamespaceSpec item in Joined)
            plan.Parent("OpenNamespace", "openat", item.Path!, item.Type);
        if (Makes("time") && HasOffsets && ClocksInOwnUser is null)
            plan.Parent("SetTimeOffsets", "unshare", "/proc/self/timens_offsets", "CLONE_NEWTIME");
    }

    public void AddChildSteps(PlanBuilder plan)
    {
        foreach (NamespaceSpec item in Joined)
        {
            plan.Child(new ChildStep(OperationKind.JoinNamespaces) { Text1 = item.Path, Number2 = NamespaceTypes.Flag(item.Type) },
                "JoinNamespace", "setns", item.Path!, NamespaceTypes.FlagName(item.Type));
        }
        if (ClocksInOwnUser is { } clocks)
        {
            AddWaitForIdMaps(plan);
            plan.Child(new ChildStep(OperationKind.SetTimeOffsets) { Text1 = clocks }, "SetTimeOffsets", "write",
                "/proc/self/timens_offsets", TimeOffsetLines.Describe(clocks));
        }
        if (NeedsSecondClone)
            plan.Child(new ChildStep(OperationKind.Fork) { Number1 = CloneFlags }, "CloneInit", "clone3", "", "CLONE_PARENT");
        if (MakesUser && ClocksInOwnUser is null)
            AddWaitForIdMaps(plan);
    }

    private static void AddWaitForIdMaps(PlanBuilder plan)
    {
        plan.Parent("WriteIdMaps", "write", "/proc/PID/uid_map, gid_map");
        plan.Child(new ChildStep(OperationKind.WaitForParent), "WaitForIdMaps", "read");
    }

    /// <summary>What the child does in its namespaces once it is in them all.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="keepsGroups">Whether the caller's supplementary groups stay, mapped or not.</param>
    public void AddInnerSteps(PlanBuilder plan, bool keepsGroups)
    {
        if (HasOwnUser)
            AddBecomeRoot(plan, keepsGroups);
        if (Makes("cgroup"))
            plan.Child(new ChildStep(OperationKind.UnshareCgroup), "MakeCgroupNamespace", "unshare", "", "CLONE_NEWCGROUP");
        if (Makes("network"))
            plan.Child(new ChildStep(OperationKind.BringUpLoopback), "BringUpLoopback", "ioctl", "lo", "IFF_UP");
    }

    /// <summary>Becomes root of a user namespace that was made or joined.</summary>
    public static void AddBecomeRoot(PlanBuilder plan, bool keepsGroups) =>
        plan.Child(new ChildStep(OperationKind.BecomeRoot) { Number1 = keepsGroups ? 1 : 0 }, "BecomeRoot", "setresuid", "", "0");

    private static readonly string[] JoinOrder = ["user", "ipc", "uts", "network", "pid", "cgroup", "time", "mount"];
}
