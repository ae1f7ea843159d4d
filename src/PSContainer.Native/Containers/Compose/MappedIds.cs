using PSContainer.Spec;

namespace PSContainer.Containers;

/// <summary>Which ids a process can have in the container's user namespace.</summary>
internal sealed class MappedIds(Composition composition)
{
    private readonly IReadOnlyList<IdMapping>? _uids = NamespaceComposer.Map(composition, composition.Options.UidMap, group: false);
    private readonly IReadOnlyList<IdMapping>? _gids = NamespaceComposer.Map(composition, composition.Options.GidMap, group: true);

    // The kernel lets a user map his own id without help only if nobody inside can leave a group, CVE-2014-8989.
    private bool MaySetGroups => composition.Facts.UserId == 0 || _gids is not [{ Size: 1 }];

    /// <summary>Whether a process can be in the group besides its own.</summary>
    internal bool CanBeAdditional(uint gid) => MaySetGroups && IsMapped(_gids, gid);

    /// <summary>Refuses an id that the namespace does not have.</summary>
    /// <exception cref="SubIdRangeMissingException">It has not.</exception>
    internal void Require(uint id, bool group)
    {
        if (!IsMapped(group ? _gids : _uids, id))
            throw Missing($"The {(group ? "group" : "user")} id {id} is not one of the container's user namespace.");
    }

    /// <summary>Refuses a group that a process cannot be in besides its own.</summary>
    /// <exception cref="SubIdRangeMissingException">It cannot.</exception>
    internal void RequireAdditional(uint gid)
    {
        Require(gid, group: true);
        if (!MaySetGroups)
            throw Missing($"No additional group ({gid}) can be set in a user namespace with one group id.");
    }

    private static bool IsMapped(IReadOnlyList<IdMapping>? map, uint id) =>
        map is null || map.Any(one => id >= one.ContainerId && id - one.ContainerId < one.Size);

    private SubIdRangeMissingException Missing(string message) => new(message, composition.Facts.UserId == 0
        ? "Map it with -UidMap and -GidMap."
        : "Have more ids set aside (usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER, with newuidmap installed), "
            + "or run the command as root of the container.");
}
