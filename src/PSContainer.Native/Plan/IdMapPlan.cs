using PSContainer.Spec;
using PSContainer.Steps.Container;

namespace PSContainer.Plan;

/// <summary>A bind that the parent makes, with ids mapped.</summary>
/// <param name="Options">Its options.</param>
/// <param name="Uids">The map of user ids; <see langword="null"/> for those of the container's user namespace.</param>
/// <param name="Gids">The map of group ids.</param>
internal sealed record IdMappedMount(MountOptions Options, IReadOnlyList<IdMapping>? Uids, IReadOnlyList<IdMapping>? Gids);

/// <summary>Id-mapped mounts: the kernel wants a privilege on the filesystem that a container with a user namespace lacks.</summary>
internal static class IdMapPlan
{
    /// <summary>Adds the steps of both sides.</summary>
    public static void Add(PlanBuilder plan, MountSpec mount, MountOptions options, string source, long reach, string words)
    {
        plan.Parent("MapMountIds", "mount_setattr", source,
            options.IsRecursiveIdMap ? "MOUNT_ATTR_IDMAP|AT_RECURSIVE" : "MOUNT_ATTR_IDMAP");
        bool hasMaps = mount.UidMappings is { Count: > 0 };
        plan.Child(
            new ChildStep(OperationKind.AttachMount)
            {
                Text1 = source,
                Text3 = mount.Destination,
                Number2 = options.Propagation,
                Number3 = reach,
                IdMapped = new IdMappedMount(options, hasMaps ? mount.UidMappings : null, hasMaps ? mount.GidMappings : null),
            },
            "AttachMount", "move_mount", $"{source} on {mount.Destination}", words);
    }
}
