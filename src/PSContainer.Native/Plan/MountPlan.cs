using PSContainer.Kernel;
using PSContainer.Spec;
using PSContainer.Steps.Child;

namespace PSContainer.Plan;

/// <summary>The root, what is mounted below it, and the walls.</summary>
internal static class MountPlan
{
    private const string OverlayDirectory = "rootfs";

    /// <summary>Directories below the state directory that an overlay root is put together on.</summary>
    public static IReadOnlyList<string> MountPoints(ContainerSpec spec, PlanContext context) =>
        HasOverlay(spec) ? [Path.Combine(context.StateDirectory, OverlayDirectory)] : [];

    /// <summary>Must come before the child becomes root of its user namespace, who may not look into the state directory.</summary>
    public static void AddOverlayPlace(PlanBuilder plan, ContainerSpec spec, PlanContext context)
    {
        foreach (string place in MountPoints(spec, context))
            plan.Child(new ChildStep(OperationKind.OpenOverlayPlace) { Text1 = place }, "OpenOverlayPlace", "openat", place);
    }

    public static void AddRoot(PlanBuilder plan, ContainerSpec spec, PlanContext context, NamespacePlan namespaces)
    {
        // Nothing mounted from here on may reach the host; what the host mounts later still arrives below, as a slave.
        int propagation = MountOptions.RootPropagation(spec.Linux?.RootfsPropagation, MountApi.MsSlave | MountApi.MsRec);
        if ((propagation & MountApi.MsShared) != 0)
            propagation = MountApi.MsSlave | MountApi.MsRec;
        plan.Child(new ChildStep(OperationKind.SetPropagation) { Number1 = propagation | MountApi.MsRec },
            "SetPropagation", "mount", "/", (propagation & MountApi.MsSlave) != 0 ? "MS_SLAVE|MS_REC" : "MS_PRIVATE|MS_REC");

        if (spec.Annotations?.TryGetValue(Annotation.OverlayLower, out string? lower) == true)
        {
            AddOverlayRoot(plan, spec, context, lower, namespaces.HasOwnUser);
            return;
        }
        string root = Path.GetFullPath(spec.Root?.Path ?? "rootfs", context.Bundle);
        plan.Child(new ChildStep(OperationKind.BindRoot) { Text1 = root }, "BindRoot", "open_tree", root, "OPEN_TREE_CLONE|AT_RECURSIVE");
    }

    public static void AddMounts(PlanBuilder plan, ContainerSpec spec, PlanContext context)
    {
        foreach (MountSpec mount in spec.Mounts ?? [])
        {
            if (mount.Type is "cgroup" or "cgroup2")
                CgroupMountPlan.Add(plan, mount, context);
            else
                AddMount(plan, mount, context.Bundle);
        }
    }

    public static void AddMount(PlanBuilder plan, MountSpec mount, string bundle)
    {
        MountOptions options = MountOptions.Parse(mount);
        string words = string.Join(',', mount.Options ?? []);
        if (options.IsBind)
        {
            AddBind(plan, mount, options, Path.GetFullPath(mount.Source ?? "", bundle), words);
            return;
        }
        string type = mount.Type ?? throw new InvalidSpecException($"The mount on '{mount.Destination}' has no type.", "Give it a type, or the option 'bind'.");
        // A read-only tmpfs takes the mount points of later mounts first; AddWalls closes it.
        long attributes = type == "tmpfs" ? options.Set & ~MountApi.AttrRdonly : options.Set;
        plan.Child(
            new ChildStep(OperationKind.MountFileSystem)
            {
                Text1 = type,
                Text2 = mount.Source ?? type,
                Text3 = mount.Destination,
                List1 = options.Data,
                Number1 = attributes,
                Number2 = options.Propagation,
                Number3 = type is "proc" or "sysfs" ? Mounting.NoLinkToDestination : 0,
            },
            "MountFileSystem", "fsmount", mount.Destination, words.Length == 0 ? type : $"{type}: {words}");
    }

    /// <summary>What covers and closes paths; after all mounts, since a cover holds for what is there when it is made.</summary>
    public static void AddWalls(PlanBuilder plan, ContainerSpec spec)
    {
        foreach (MountSpec mount in spec.Mounts ?? [])
        {
            if (mount.Type == "tmpfs" && (MountOptions.Parse(mount).Set & MountApi.AttrRdonly) != 0)
                plan.Child(new ChildStep(OperationKind.MakeReadOnly) { Text1 = mount.Destination, Number1 = 1 }, "MakeReadOnly", "mount_setattr", mount.Destination);
        }
        foreach (string path in spec.Linux?.ReadonlyPaths ?? [])
            plan.Child(new ChildStep(OperationKind.MakeReadOnly) { Text1 = path }, "MakeReadOnly", "mount_setattr", path, "MOUNT_ATTR_RDONLY");
        foreach (string path in spec.Linux?.MaskedPaths ?? [])
            plan.Child(new ChildStep(OperationKind.MaskPath) { Text1 = path }, "MaskPath", "move_mount", path);
        if (spec.Root?.Readonly == true)
        {
            plan.Child(new ChildStep(OperationKind.RemountRoot) { Number1 = MountApi.AttrRdonly }, "MakeRootReadOnly",
                "mount_setattr", "/", "MOUNT_ATTR_RDONLY");
        }
    }

    public static void AddRootPropagation(PlanBuilder plan, LinuxSpec linux)
    {
        int propagation = MountOptions.RootPropagation(linux.RootfsPropagation, 0);
        if (propagation != 0)
        {
            plan.Child(new ChildStep(OperationKind.SetPropagation) { Number1 = propagation }, "SetRootPropagation", "mount", "/",
                linux.RootfsPropagation!);
        }
    }

    private static void AddBind(PlanBuilder plan, MountSpec mount, MountOptions options, string source, string words)
    {
        long flags = (options.IsRecursiveBind ? Mounting.Recursive : 0) | (options.IsRecursiveAttribute ? Mounting.RecursiveAttributes : 0);
        plan.Child(
            new ChildStep(OperationKind.BindMount)
            {
                Text1 = source,
                Text3 = mount.Destination,
                Blob = options.Set == 0 && options.Clear == 0 ? null : AttributeBlob(options.Set, options.Clear),
                Number2 = options.Propagation,
                Number3 = flags,
            },
            "BindMount", "open_tree", $"{source} on {mount.Destination}", words);
    }

    private static void AddOverlayRoot(PlanBuilder plan, ContainerSpec spec, PlanContext context, string lower, bool inUserNamespace)
    {
        IReadOnlyDictionary<string, string> annotations = spec.Annotations!;
        string overlay = Path.Combine(context.StateDirectory, OverlayDirectory);
        bool isTemporary = !annotations.TryGetValue(Annotation.OverlayUpper, out string? upper);
        string work = isTemporary ? "work" : annotations.GetValueOrDefault(Annotation.OverlayWork, "");
        string options = OverlayOptions.Format(ReadLowers(lower), isTemporary ? "upper" : upper!, work,
            annotations.GetValueOrDefault(Annotation.OverlayVolatile) == "true", inUserNamespace);
        plan.Child(
            new ChildStep(OperationKind.OverlayRoot) { Text1 = options, Number1 = isTemporary ? 1 : 0 },
            "OverlayRoot", "mount", overlay, options);
    }

    private static bool HasOverlay(ContainerSpec spec) => spec.Annotations?.ContainsKey(Annotation.OverlayLower) == true;

    private static List<string> ReadLowers(string json)
    {
        List<string> lowers = SpecReader.ParseTexts(json, Annotation.OverlayLower);
        if (lowers.Count == 0 || !lowers.TrueForAll(Path.IsPathFullyQualified))
            throw new InvalidSpecException($"The annotation {Annotation.OverlayLower} is not a JSON array of absolute paths.");
        return lowers;
    }

    private static byte[] AttributeBlob(long set, long clear)
    {
        byte[] blob = new byte[32];
        BitConverter.TryWriteBytes(blob, set);
        BitConverter.TryWriteBytes(blob.AsSpan(8), clear);
        return blob;
    }
}
