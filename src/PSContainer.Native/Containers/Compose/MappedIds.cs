using PSContainer.Containers.Options;
using PSContainer.Machine;
using PSContainer.Spec;
using PSContainer.Users;

namespace PSContainer.Containers.Compose;

/// <summary>Which ids a process can have in the container's user namespace.</summary>
internal sealed class MappedIds(Composition composition)
{
    private readonly IReadOnlyList<IdMapping>? _uids = MapOf(composition, group: false);
    private readonly IReadOnlyList<IdMapping>? _gids = MapOf(composition, group: true);

    // The kernel lets a user map his own id without help only if nobody inside can leave a group, CVE-2014-8989.
    private bool MaySetGroups => composition.Facts.CallerMaySetGroups
        && (composition.Facts.UserId == 0 || !composition.HasUserNamespace || _gids is not [{ Size: 1 }]);

    /// <summary>Whether the namespace is known to have the group: of one that is joined nothing is known.</summary>
    internal bool HasGroup(uint gid) => _gids is null ? !composition.HasUserNamespace : IsMapped(_gids, gid);

    /// <summary>Whether a process can be in the group besides its own.</summary>
    internal bool CanBeAdditional(uint gid) => MaySetGroups && IsMapped(_gids, gid);

    /// <summary>Refuses an id that the namespace does not have.</summary>
    /// <exception cref="SubIdRangeMissingException">It has not.</exception>
    internal void Require(uint id, bool group)
    {
        if (!IsMapped(group ? _gids : _uids, id))
            throw Missing($"The {(group ? "group" : "user")} id {id} is not one of the container's user namespace.", group);
    }

    /// <summary>Refuses a group that a process cannot be in besides its own.</summary>
    /// <exception cref="SubIdRangeMissingException">It cannot.</exception>
    internal void RequireAdditional(uint gid)
    {
        Require(gid, group: true);
        if (!MaySetGroups)
            throw Missing($"No additional group ({gid}) can be set in a user namespace with one group id.", group: true);
    }

    /// <summary>The map of its user namespace; <see langword="null"/> where none is known, or all ids are there.</summary>
    internal static IReadOnlyList<IdMapping>? MapOf(Composition composition, bool group) =>
        composition.HasUserNamespace
            ? NamespaceComposer.Map(composition, group ? composition.Options.GidMap : composition.Options.UidMap, group)
            : group ? composition.Facts.CallerGidMap : composition.Facts.CallerUidMap;

    private static bool IsMapped(IReadOnlyList<IdMapping>? map, uint id) =>
        map is null || map.Any(one => id >= one.ContainerId && id - one.ContainerId < one.Size);

    private SubIdRangeMissingException Missing(string message, bool group) => new(message, Advice(group));

    private string Advice(bool group)
    {
        ContainerOptions options = composition.Options;
        HostFacts facts = composition.Facts;
        if (!composition.HasUserNamespace)
        {
            return $"{Choose((group ? _gids : _uids)!)}, or make the user namespace with more: "
                + "unshare --user --map-auto --map-root-user --mount pwsh";
        }
        if (options.UidMap.Count > 0 || options.GidMap.Count > 0)
            return $"Choose one that -{(group ? "Gid" : "Uid")}Map has, or map more ids.";
        if (facts.UserId == 0)
            return "Map it with -UidMap and -GidMap.";
        IReadOnlyList<IdMapping> all = group ? facts.GidMap : facts.UidMap;
        if (all.Count < 2)
            return $"Run the command as root of the container. {SubIdAdvice.More()}";
        return options.MapRootUser
            ? $"Leave out -MapRootUser, which maps root alone: without it the ids {IdMap.Describe(all)} are mapped."
            : $"{Choose(all)}, or map it with -UidMap and -GidMap.";
    }

    private static string Choose(IReadOnlyList<IdMapping> map) =>
        $"Choose one of the ids that are mapped ({IdMap.Describe(map)})";
}
