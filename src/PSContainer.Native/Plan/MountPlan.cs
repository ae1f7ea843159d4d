using PSContainer.Kernel;
using PSContainer.Mounts;
using PSContainer.Spec;
using PSContainer.Steps.Container;

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
        string directory = HostPath.Full(spec.Root?.Path ?? "rootfs", context.Bundle);
        // What belongs to the runtime's own mount namespace is left as it is; all that is mounted is below one mount, which goes with it.
        if (!namespaces.Has("mount"))
        {
            plan.Child(new ChildStep(OperationKind.BindRoot) { Text1 = directory, Number1 = 1 }, "BindRoot", "open_tree", directory,
                "OPEN_TREE_CLONE|AT_RECURSIVE, MS_PRIVATE");
            return;
        }
        // Nothing mounted from here on may reach the host; what the host mounts later still arrives below, as a slave.
        int propagation = MountOptions.RootPropagation(spec.Linux?.RootfsPropagation, MountApi.MsSlave | MountApi.MsRec);
        if ((propagation & MountApi.MsShared) != 0)
            propagation = MountApi.MsSlave | MountApi.MsRec;
        // What cannot be bound cannot become a root; AddRootPropagation makes it so in the end.
        if ((propagation & MountApi.MsUnbindable) != 0)
            propagation = MountApi.MsPrivate | MountApi.MsRec;
        plan.Child(new ChildStep(OperationKind.SetPropagation) { Number1 = propagation | MountApi.MsRec },
            "SetPropagation", "mount", "/", (propagation & MountApi.MsSlave) != 0 ? "MS_SLAVE|MS_REC" : "MS_PRIVATE|MS_REC");

        if (HasOverlay(spec))
        {
            AddOverlayRoot(plan, spec, context, namespaces.HasOwnUser);
            return;
        }
        plan.Child(new ChildStep(OperationKind.BindRoot) { Text1 = directory, Number3 = Reach(context, namespaces) },
            "BindRoot", "open_tree", directory, "OPEN_TREE_CLONE|AT_RECURSIVE");
    }

    /// <summary>Old configurations name destinations relative to the root (config.md, "Mounts").</summary>
    public static ContainerSpec WithAbsoluteDestinations(ContainerSpec spec)
    {
        if (spec.Mounts is not { } mounts || mounts.All(mount => mount.Destination.StartsWith('/') || mount.Destination.Length == 0))
            return spec;
        return spec with { Mounts = [.. mounts.Select(mount => mount.Destination is ['/', ..] or "" ? mount : mount with { Destination = $"/{mount.Destination}" })] };
    }

    public static void AddMounts(PlanBuilder plan, ContainerSpec spec, PlanContext context, NamespacePlan namespaces)
    {
        foreach (MountSpec mount in spec.Mounts ?? [])
        {
            if (mount.Type is "cgroup" or "cgroup2")
                CgroupMountPlan.Add(plan, mount, context, namespaces.Has("cgroup"), namespaces.HasOwnUser);
            else
                AddMount(plan, WithLabel(mount, spec.Linux?.MountLabel), context.Bundle,
                    Reach(context, namespaces) | Peer(mount, spec.Linux, namespaces), HostsPlace(mount, context, namespaces));
        }
    }

    // As other runtimes do, not the kernel's own filesystems, which have labels of the policy's.
    private static MountSpec WithLabel(MountSpec mount, string? label) =>
        !string.IsNullOrEmpty(label) && mount.Type is "tmpfs" or "ramfs" or "mqueue" or "devpts" && !MountOptions.Parse(mount).IsBind
            ? mount with { Options = [.. mount.Options ?? [], $"context={label}"] }
            : mount;

    // Root of a user namespace is nobody above a directory that only the host's root may pass. Not in a mount namespace that is
    // joined: what paths lead to there is for those to say who are in it.
    private static long Reach(PlanContext context, NamespacePlan namespaces) =>
        namespaces.HasOwnUser && namespaces.Makes("mount") && context.MayJoinMountNamespaces ? Mounting.ParentReaches : 0;

    // Who asks for it has the container's mounts reach the host, as an engine for volumes that a container makes. Of a user namespace
    // they never may. A slave needs the host's mount as well where all that the container sees of it is private.
    private static long Peer(MountSpec mount, LinuxSpec? linux, NamespacePlan namespaces)
    {
        if (namespaces.HasOwnUser || !namespaces.Makes("mount"))
            return 0;
        long asked = MountOptions.Parse(mount).Propagation;
        bool isPrivate = (MountOptions.RootPropagation(linux?.RootfsPropagation, 0) & (MountApi.MsPrivate | MountApi.MsUnbindable)) != 0;
        return (asked & MountApi.MsShared) != 0 || ((asked & MountApi.MsSlave) != 0 && isPrivate) ? Mounting.HostsPeer : 0;
    }

    // In a user namespace one shows a namespace that belongs to another, and so may not be mounted there, or too much of what
    // the host has covered. The host's own shows the same then; of a pid namespace of the container's only its own procfs can.
    private static string? HostsPlace(MountSpec mount, PlanContext context, NamespacePlan namespaces) =>
        !namespaces.HasOwnUser && !context.IsInUserNamespace ? null : mount.Type switch
        {
            "sysfs" => "/sys",
            "mqueue" when !namespaces.Makes("ipc") => "/dev/mqueue",
            "proc" when !namespaces.Makes("pid") => "/proc",
            _ => null,
        };

    public static void AddMount(PlanBuilder plan, MountSpec mount, string bundle, long reach = 0, string? hosts = null)
    {
        MountOptions options = MountOptions.Parse(mount);
        string words = string.Join(',', mount.Options ?? []);
        if (options.IsRemount)
        {
            AddRemount(plan, mount, options, words);
            return;
        }
        if (options.IsBind)
        {
            AddBind(plan, mount, options, HostPath.Full(mount.Source ?? "", bundle), reach, words);
            return;
        }
        string type = mount.Type ?? throw new InvalidSpecException($"The mount on '{mount.Destination}' has no type.", "Give it a type, or the option 'bind'.");
        // A read-only tmpfs takes the mount points of later mounts first; AddWalls closes it.
        long attributes = type == "tmpfs" ? options.Set & ~MountApi.AttrRdonly : options.Set;
        bool keepsMode = type == "tmpfs" && !HasMode(options.Data);
        plan.Child(
            new ChildStep(OperationKind.MountFileSystem)
            {
                Text1 = type,
                Text2 = mount.Source ?? type,
                Text3 = mount.Destination,
                List1 = keepsMode ? [.. options.Data, Mounting.ModeToKeep] : options.Data,
                List2 = hosts is null ? null : [hosts],
                Number1 = attributes,
                Number2 = options.Propagation,
                Number3 = (type is "proc" or "sysfs" ? Mounting.NoLinkToDestination : 0) | (options.CopiesUp ? Mounting.CopyUp : 0)
                    | (keepsMode ? Mounting.KeepsMode : 0) | (hosts is not null ? Mounting.HostsInstead : 0),
            },
            "MountFileSystem", "fsmount", mount.Destination, words.Length == 0 ? type : $"{type}: {words}");
    }

    private static bool HasMode(IReadOnlyList<string> data)
    {
        foreach (string option in data)
        {
            if (option.StartsWith("mode=", StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    /// <summary>What covers and closes paths; after all mounts, since a cover holds for what is there when it is made.</summary>
    public static void AddWalls(PlanBuilder plan, ContainerSpec spec, PlanContext context)
    {
        foreach (MountSpec mount in spec.Mounts ?? [])
        {
            if (mount.Type == "tmpfs" && (MountOptions.Parse(mount).Set & MountApi.AttrRdonly) != 0)
                plan.Child(new ChildStep(OperationKind.MakeReadOnly) { Text1 = mount.Destination, Number1 = 1 }, "MakeReadOnly", "mount_setattr", mount.Destination);
        }
        foreach (string path in Once(spec.Linux?.ReadonlyPaths))
            plan.Child(new ChildStep(OperationKind.MakeReadOnly) { Text1 = path }, "MakeReadOnly", "mount_setattr", path, "MOUNT_ATTR_RDONLY");
        foreach (string path in Once(spec.Linux?.MaskedPaths))
            plan.Child(new ChildStep(OperationKind.MaskPath) { Text1 = path }, "MaskPath", "move_mount", path);
        if (spec.Root?.Readonly == true)
        {
            foreach (RootPart part in context.RootParts.Where(part => part.Kind == RootPartKind.Overlay))
                plan.Child(new ChildStep(OperationKind.MakeReadOnly) { Text1 = part.Path, Number1 = 1 }, "MakeReadOnly", "mount_setattr", part.Path);
            plan.Child(new ChildStep(OperationKind.RemountRoot) { Number1 = MountApi.AttrRdonly }, "MakeRootReadOnly",
                "mount_setattr", "/", "MOUNT_ATTR_RDONLY");
        }
    }

    // A path that is given twice needs no second cover, whatever slashes it has.
    private static IEnumerable<string> Once(IReadOnlyList<string>? paths) =>
        (paths ?? []).DistinctBy(static path => string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries)));

    /// <summary>Entering the root.</summary>
    public static void AddEntry(PlanBuilder plan, PlanContext context, NamespacePlan namespaces)
    {
        bool isShared = !namespaces.Has("mount");
        plan.Child(
            new ChildStep(OperationKind.EnterRoot)
            {
                Number1 = isShared ? 2 : context.NoPivot ? 1 : 0,
                List1 = isShared ? [] : context.KernelMounts,
            },
            "EnterRoot", isShared || context.NoPivot ? "chroot" : "pivot_root", ".", !isShared && context.NoPivot ? "MS_MOVE" : "");
    }

    // Private and slave it is from the beginning, and mounts that have a propagation of their own keep it then.
    public static void AddRootPropagation(PlanBuilder plan, LinuxSpec linux)
    {
        int propagation = MountOptions.RootPropagation(linux.RootfsPropagation, 0);
        if ((propagation & (MountApi.MsShared | MountApi.MsUnbindable)) != 0)
        {
            plan.Child(new ChildStep(OperationKind.SetPropagation) { Number1 = propagation }, "SetRootPropagation", "mount", "/",
                linux.RootfsPropagation!);
        }
    }

    private static void AddBind(PlanBuilder plan, MountSpec mount, MountOptions options, string source, long reach, string words)
    {
        if (options.IsIdMapped)
        {
            IdMapPlan.Add(plan, mount, options, source, reach, words);
            return;
        }
        long flags = reach | (options.IsRecursiveBind ? Mounting.Recursive : 0)
            | (options.IsRecursiveAttribute ? Mounting.RecursiveAttributes : 0)
            | (options.CopiesLink ? Mounting.CopyLink : 0) | (options.IsSourceNoFollow ? Mounting.SourceNoFollow : 0)
            | (options.IsDestinationNoFollow ? Mounting.DestinationNoFollow : 0);
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

    private static void AddRemount(PlanBuilder plan, MountSpec mount, MountOptions options, string words) =>
        plan.Child(
            new ChildStep(OperationKind.Remount)
            {
                Text3 = mount.Destination,
                Blob = AttributeBlob(options.Set, options.Clear),
                // mount(8) changes the filesystem too, unless it is told that only this view of it is meant.
                List1 = options.IsBind ? null : [.. options.Data, (options.Set & MountApi.AttrRdonly) != 0 ? "ro" : "rw"],
                Number2 = options.Propagation,
                Number3 = options.IsRecursiveAttribute ? Mounting.RecursiveAttributes : 0,
            },
            "Remount", "mount_setattr", mount.Destination, words);

    private static void AddOverlayRoot(PlanBuilder plan, ContainerSpec spec, PlanContext context, bool inUserNamespace)
    {
        if (context.RootParts.Count > 0)
        {
            AddRootParts(plan, context);
            return;
        }
        string overlay = Path.Combine(context.StateDirectory, OverlayDirectory);
        bool isTemporary = !spec.Annotations!.ContainsKey(Annotation.OverlayUpper);
        string options = OverlayData(spec, "upper", "work", inUserNamespace);
        plan.Child(
            new ChildStep(OperationKind.OverlayRoot) { Text1 = options, Number1 = isTemporary ? 1 : 0 },
            "OverlayRoot", "mount", overlay, options);
    }

    /// <summary>The options of the overlay that a configuration's annotations describe.</summary>
    /// <param name="spec">The configuration, with lower directories.</param>
    /// <param name="upper">Where changes go unless an annotation says it.</param>
    /// <param name="work">The work directory beside it.</param>
    /// <param name="inUserNamespace">Whether it is mounted by the root of a user namespace.</param>
    internal static string OverlayData(ContainerSpec spec, string upper, string work, bool inUserNamespace)
    {
        IReadOnlyDictionary<string, string> annotations = spec.Annotations!;
        if (annotations.TryGetValue(Annotation.OverlayUpper, out string? chosen))
            (upper, work) = (chosen, annotations.GetValueOrDefault(Annotation.OverlayWork, ""));
        var others = new List<string>();
        if (annotations.GetValueOrDefault(Annotation.OverlayVolatile) == "true")
            others.Add("volatile");
        if (inUserNamespace)
            others.Add("userxattr");
        return OverlayOptions.Format(ReadLowers(annotations[Annotation.OverlayLower]), upper, work, others);
    }

    private static void AddRootParts(PlanBuilder plan, PlanContext context)
    {
        plan.Child(new ChildStep(OperationKind.AssembleRoot) { List1 = ["mode=755"] }, "AssembleRoot", "fsmount", "/", "tmpfs");
        int number = 0;
        foreach (RootPart part in context.RootParts)
        {
            switch (part.Kind)
            {
                case RootPartKind.Directory:
                    plan.Child(new ChildStep(OperationKind.MakeDirectory) { Text1 = part.Path }, "MakeDirectory", "mkdirat", part.Path);
                    break;
                case RootPartKind.Temporary:
                    AddMount(plan, new MountSpec { Destination = part.Path, Type = "tmpfs", Options = ["nosuid", "nodev", "mode=1777"] }, context.Bundle);
                    break;
                case RootPartKind.Link:
                    plan.Child(new ChildStep(OperationKind.MakeLink) { Text1 = part.Path, Text2 = part.Source },
                        "MakeLink", "symlinkat", part.Path, part.Source);
                    break;
                case RootPartKind.File:
                    plan.Child(
                        new ChildStep(OperationKind.BindMount)
                        {
                            Text1 = part.Source,
                            Text3 = part.Path,
                            Blob = AttributeBlob(MountApi.AttrRdonly, 0),
                        },
                        "BindMount", "open_tree", part.Path, "ro");
                    break;
                case RootPartKind.Overlay:
                    AddOverlayPart(plan, part, ++number);
                    break;
            }
        }
    }

    private static void AddOverlayPart(PlanBuilder plan, RootPart part, int number)
    {
        string upper = $"upper/{number}", work = $"work/{number}";
        string options = OverlayOptions.Format([part.Source], upper, work, ["userxattr"]);
        plan.Child(
            new ChildStep(OperationKind.OverlayPart)
            {
                Text1 = options,
                Text2 = upper,
                Text3 = work,
                List1 = ["root" + part.Path],
                Number1 = part.Mode,
            },
            "OverlayRoot", "mount", part.Path, options);
    }

    private static bool HasOverlay(ContainerSpec spec) => spec.Annotations?.ContainsKey(Annotation.OverlayLower) == true;

    private static List<string> ReadLowers(string json)
    {
        List<string> lowers = SpecReader.ParseTexts(json, Annotation.OverlayLower);
        if (lowers.Count == 0 || !lowers.TrueForAll(Path.IsPathFullyQualified))
            throw new InvalidSpecException($"The annotation {Annotation.OverlayLower} is not a JSON array of absolute paths.");
        return lowers;
    }

    internal static byte[] AttributeBlob(long set, long clear)
    {
        byte[] blob = new byte[32];
        BitConverter.TryWriteBytes(blob, set);
        BitConverter.TryWriteBytes(blob.AsSpan(8), clear);
        return blob;
    }
}
