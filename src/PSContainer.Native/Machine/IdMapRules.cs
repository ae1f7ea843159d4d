using PSContainer.Spec;

namespace PSContainer.Machine;

/// <summary>Id maps of new user namespaces: what they are when none is asked for, and what may be asked for.</summary>
internal static class IdMapRules
{
    /// <summary>Root inside is the caller; the ids above are those that the host has set aside for him, subuid(5).</summary>
    /// <param name="facts">The host.</param>
    /// <param name="rootOnly">Whether only root exists.</param>
    /// <param name="group">Whether of groups.</param>
    internal static IReadOnlyList<IdMapping> Default(HostFacts facts, bool rootOnly, bool group)
    {
        IReadOnlyList<IdMapping> map = group ? facts.GidMap : facts.UidMap;
        return rootOnly ? [map[0]] : map;
    }

    /// <summary>Refuses a map that the kernel would.</summary>
    /// <exception cref="InvalidSpecException">Ranges overlap, or one is empty.</exception>
    /// <exception cref="SubIdRangeMissingException">It has ids that are not the caller's to give.</exception>
    internal static void Require(HostFacts facts, IReadOnlyList<IdMapping> map, bool group)
    {
        string what = group ? "-GidMap" : "-UidMap";
        RequireDisjoint(map, what);
        RequireSetAside(facts, map, group, what);
    }

    private static void RequireDisjoint(IReadOnlyList<IdMapping> map, string what)
    {
        for (int i = 0; i < map.Count; i++)
        {
            if (map[i].Size == 0)
                throw new InvalidSpecException(
                    $"A range of {what} is empty.", "Give inside, outside and count, the count at least 1.");
            for (int j = 0; j < i; j++)
            {
                if (Overlap(map[i].ContainerId, map[i].Size, map[j].ContainerId, map[j].Size)
                    || Overlap(map[i].HostId, map[i].Size, map[j].HostId, map[j].Size))
                    throw new InvalidSpecException($"Ranges of {what} overlap.", "An id may be in one range only.");
            }
        }
    }

    // The kernel gives root any id; a user only his own and those set aside for him.
    private static void RequireSetAside(HostFacts facts, IReadOnlyList<IdMapping> map, bool group, string what)
    {
        if (facts.UserId == 0)
            return;
        uint own = group ? facts.GroupId : facts.UserId;
        IReadOnlyList<SubIdRange> ranges = group ? facts.SubGids : facts.SubUids;
        foreach (IdMapping one in map)
        {
            bool isOwn = one.HostId == own && one.Size == 1;
            ulong end = (ulong)one.HostId + one.Size;
            if (isOwn || ranges.Any(range => one.HostId >= range.First && end <= (ulong)range.First + range.Count))
                continue;
            var asked = new SubIdRange(one.HostId, one.Size);
            string account = HostIds.Read(group).AccountIn(asked) is { } whose ? $" One of them is {whose} of the host." : "";
            throw new SubIdRangeMissingException(
                $"{what} uses the ids {asked}, which {(group ? "/etc/subgid" : "/etc/subuid")} does not give to user {facts.UserId}."
                    + account,
                SubIdAdvice.ChooseFrom(own, ranges))
            { Target = what };
        }
    }

    private static bool Overlap(ulong a, ulong sizeA, ulong b, ulong sizeB) => a < b + sizeB && b < a + sizeA;
}
