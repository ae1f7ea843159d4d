using PSContainer.Kernel;
using PSContainer.Spec;
using PSContainer.Steps.Container;

namespace PSContainer.Plan;

/// <summary>
/// /sys/fs/cgroup inside the container: its own subtree, seen through its cgroup namespace, or without one as binds of it.
/// </summary>
internal static class CgroupMountPlan
{
    public static void Add(PlanBuilder plan, MountSpec mount, PlanContext context, bool hasCgroupNamespace, bool hasUserNamespace)
    {
        MountOptions options = MountOptions.Parse(mount);
        string words = string.Join(',', mount.Options ?? []);
        // The initial cgroup namespace is another user namespace's: its hierarchies can be bound, not mounted. On v1 the
        // container's own directories are bound; a caller in a user namespace may have none of them.
        if (!hasCgroupNamespace && (context.IsInUserNamespace || (hasUserNamespace && context.LegacyHierarchies.Count == 0)))
        {
            AddBind(plan, "/sys/fs/cgroup", mount.Destination, options, Mounting.Recursive | Mounting.RecursiveAttributes, words);
            return;
        }
        if (context.LegacyHierarchies.Count == 0)
        {
            AddHierarchy(plan, "cgroup2", mount.Destination, [], options, words);
            return;
        }
        const long Closed = MountApi.AttrNosuid | MountApi.AttrNodev | MountApi.AttrNoexec;
        plan.Child(
            new ChildStep(OperationKind.MountFileSystem)
            {
                Text1 = "tmpfs",
                Text2 = "cgroup",
                Text3 = mount.Destination,
                List1 = ["mode=755"],
                Number1 = Closed,
                Number2 = options.Propagation,
            },
            "MountFileSystem", "fsmount", mount.Destination, "tmpfs: nosuid,noexec,nodev,mode=755");
        for (int i = 0; i < context.LegacyHierarchies.Count; i++)
        {
            string? own = hasCgroupNamespace || i >= context.LegacyDirectories.Count ? null : context.LegacyDirectories[i];
            AddLegacyHierarchy(plan, mount.Destination, context.LegacyHierarchies[i], own, options, words);
        }
        if ((options.Set & MountApi.AttrRdonly) != 0)
            plan.Child(new ChildStep(OperationKind.MakeReadOnly) { Text1 = mount.Destination, Number1 = 1 }, "MakeReadOnly", "mount_setattr", mount.Destination);
    }

    private static void AddLegacyHierarchy(PlanBuilder plan, string destination, string hierarchy, string? own, MountOptions options, string words)
    {
        string[] controllers = hierarchy.Split(',');
        string name = hierarchy.StartsWith("name=", StringComparison.Ordinal) ? hierarchy[5..] : hierarchy;
        // A named hierarchy without controllers takes "none" beside its name.
        IReadOnlyList<string> data = hierarchy.StartsWith("name=", StringComparison.Ordinal) ? ["none", hierarchy] : controllers;
        if (own is null)
            AddHierarchy(plan, "cgroup", $"{destination}/{name}", data, options, words);
        else
            AddBind(plan, own, $"{destination}/{name}", options, 0, words);
        foreach (string controller in controllers.Length > 1 ? controllers : [])
        {
            plan.Child(new ChildStep(OperationKind.MakeLink) { Text1 = $"{destination}/{controller}", Text2 = name },
                "MakeLink", "symlinkat", $"{destination}/{controller}", name);
        }
    }

    private static void AddBind(PlanBuilder plan, string source, string destination, MountOptions options, long flags, string words) =>
        plan.Child(
            new ChildStep(OperationKind.BindMount)
            {
                Text1 = source,
                Text3 = destination,
                Blob = options.Set == 0 ? null : MountPlan.AttributeBlob(options.Set, 0),
                Number2 = options.Propagation,
                Number3 = flags,
            },
            "BindMount", "open_tree", $"{source} on {destination}", words);

    private static void AddHierarchy(
        PlanBuilder plan, string type, string destination, IReadOnlyList<string> data, MountOptions options, string words) =>
        plan.Child(
            new ChildStep(OperationKind.MountFileSystem)
            {
                Text1 = type,
                Text2 = "cgroup",
                Text3 = destination,
                List1 = data,
                Number1 = options.Set,
                Number2 = options.Propagation,
            },
            "MountFileSystem", "fsmount", destination, words.Length == 0 ? type : $"{type}: {words}");
}
