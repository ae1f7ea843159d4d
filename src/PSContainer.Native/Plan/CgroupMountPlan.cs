using PSContainer.Kernel;
using PSContainer.Spec;
using PSContainer.Steps.Child;

namespace PSContainer.Plan;

/// <summary>/sys/fs/cgroup inside the container: its own subtree, seen through its cgroup namespace.</summary>
internal static class CgroupMountPlan
{
    public static void Add(PlanBuilder plan, MountSpec mount, PlanContext context)
    {
        MountOptions options = MountOptions.Parse(mount);
        string words = string.Join(',', mount.Options ?? []);
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
        foreach (string hierarchy in context.LegacyHierarchies)
            AddLegacyHierarchy(plan, mount.Destination, hierarchy, options, words);
        if ((options.Set & MountApi.AttrRdonly) != 0)
            plan.Child(new ChildStep(OperationKind.MakeReadOnly) { Text1 = mount.Destination, Number1 = 1 }, "MakeReadOnly", "mount_setattr", mount.Destination);
    }

    private static void AddLegacyHierarchy(PlanBuilder plan, string destination, string hierarchy, MountOptions options, string words)
    {
        string[] controllers = hierarchy.Split(',');
        string name = hierarchy.StartsWith("name=", StringComparison.Ordinal) ? hierarchy[5..] : hierarchy;
        // A named hierarchy without controllers takes "none" beside its name.
        IReadOnlyList<string> data = hierarchy.StartsWith("name=", StringComparison.Ordinal) ? ["none", hierarchy] : controllers;
        AddHierarchy(plan, "cgroup", $"{destination}/{name}", data, options, words);
        foreach (string controller in controllers.Length > 1 ? controllers : [])
        {
            plan.Child(new ChildStep(OperationKind.MakeLink) { Text1 = $"{destination}/{controller}", Text2 = name },
                "MakeLink", "symlinkat", $"{destination}/{controller}", name);
        }
    }

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
