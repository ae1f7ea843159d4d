using PSContainer.Kernel;
using PSContainer.Spec;

namespace PSContainer.Plan;

/// <summary>A bind that is made on the host's side.</summary>
/// <param name="Source">Absolute path on the host.</param>
/// <param name="Options">Its options.</param>
/// <param name="Uids">The map of user ids; <see langword="null"/> with a namespace to take the maps of.</param>
/// <param name="Gids">The map of group ids.</param>
/// <param name="UserNamespace">The namespace file of a user namespace that the container joins.</param>
internal sealed record IdMappedMount(
    string Source, MountOptions Options, IReadOnlyList<IdMapping>? Uids, IReadOnlyList<IdMapping>? Gids, string? UserNamespace);

/// <summary>Id-mapped mounts: the kernel wants a privilege on the filesystem that a container with a user namespace lacks.</summary>
internal static class IdMapPlan
{
    /// <summary>Adds the steps of the host's side.</summary>
    public static IReadOnlyList<IdMappedMount> Add(PlanBuilder plan, ContainerSpec spec, PlanContext context)
    {
        var mounts = new List<IdMappedMount>();
        foreach (MountSpec mount in spec.Mounts ?? [])
        {
            MountOptions options = MountOptions.Parse(mount);
            if (!options.IsIdMapped)
                continue;
            string source = HostPath.Full(mount.Source ?? "", context.Bundle);
            mounts.Add(Make(source, options, mount, spec.Linux ?? new LinuxSpec()));
            plan.Parent("MapMountIds", "mount_setattr", source, options.IsRecursiveIdMap ? "MOUNT_ATTR_IDMAP|AT_RECURSIVE" : "MOUNT_ATTR_IDMAP");
        }
        return mounts;
    }

    private static IdMappedMount Make(string source, MountOptions options, MountSpec mount, LinuxSpec linux)
    {
        if (mount.UidMappings is { Count: > 0 } uids)
            return new IdMappedMount(source, options, uids, mount.GidMappings, null);
        NamespaceSpec user = linux.Namespaces!.First(item => item.Type == "user");
        return user.Path is { } joined
            ? new IdMappedMount(source, options, null, null, joined)
            : new IdMappedMount(source, options, linux.UidMappings, linux.GidMappings, null);
    }
}
