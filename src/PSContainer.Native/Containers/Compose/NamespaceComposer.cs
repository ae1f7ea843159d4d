using System.Globalization;
using PSContainer.Spec;

namespace PSContainer.Containers;

/// <summary>Namespaces and id maps.</summary>
internal static class NamespaceComposer
{
    private const string Advice = "Use Private, Host or container:NAME.";

    /// <summary>The namespaces that are not the caller's.</summary>
    /// <exception cref="InvalidSpecException">A mode contradicts another, or names a container that does not run.</exception>
    internal static IReadOnlyList<NamespaceSpec> Compose(Composition composition)
    {
        ContainerOptions options = composition.Options;
        var list = new List<NamespaceSpec> { new() { Type = "mount" } };
        Add(list, composition, "pid", "pid", options.PidMode);
        Add(list, composition, "ipc", "ipc", options.IpcMode);
        Add(list, composition, "uts", "uts", options.UtsMode);
        Add(list, composition, "network", "net", composition.Network);
        Add(list, composition, "cgroup", "cgroup", options.CgroupMode);
        if (composition.HasUserNamespace)
            Add(list, composition, "user", "user", options.UserMode ?? NamespaceMode.Private);
        return list;
    }

    /// <summary>User or group ids of a new user namespace.</summary>
    /// <returns>The map, or <see langword="null"/> when there is no new user namespace.</returns>
    /// <exception cref="InvalidSpecException">It contradicts the mode, or overlaps.</exception>
    internal static IReadOnlyList<IdMapping>? Map(Composition composition, IReadOnlyList<IdMapping> map, bool group)
    {
        ContainerOptions options = composition.Options;
        string what = group ? "-GidMap" : "-UidMap";
        bool isNew = composition.HasUserNamespace && (options.UserMode is null or { Kind: NamespaceModeKind.Private });
        if (map.Count > 0 && !isNew)
            throw new InvalidSpecException(
                $"{what} needs a user namespace of the container's own.", "Leave -UserMode away, or use Private.");
        if (!isNew)
            return null;
        if (map.Count == 0)
        {
            if (!options.MapRootUser && (options.UidMap.Count > 0 || options.GidMap.Count > 0))
                throw new InvalidSpecException($"{what} is missing.", "Give both -UidMap and -GidMap.");
            return DefaultMap(composition, group);
        }
        RequireDisjoint(map, what);
        RequireSetAside(composition.Facts, map, group, what);
        return map;
    }

    // Root inside is the caller; the ids above are those that the host has set aside for him, subuid(5).
    private static List<IdMapping> DefaultMap(Composition composition, bool group)
    {
        HostFacts facts = composition.Facts;
        var map = new List<IdMapping> { new() { ContainerId = 0, HostId = group ? facts.GroupId : facts.UserId, Size = 1 } };
        if (composition.Options.MapRootUser)
            return map;
        uint next = 1;
        foreach (SubIdRange range in group ? facts.SubGids : facts.SubUids)
        {
            map.Add(new() { ContainerId = next, HostId = range.First, Size = range.Count });
            next += range.Count;
        }
        return map;
    }

    private static void Add(List<NamespaceSpec> list, Composition composition, string type, string file, NamespaceMode mode)
    {
        switch (mode.Kind)
        {
            case NamespaceModeKind.Private:
                list.Add(new() { Type = type });
                break;
            case NamespaceModeKind.Container:
                int pid = composition.PidOf(mode.Target!);
                list.Add(new() { Type = type, Path = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/{file}") });
                break;
            case NamespaceModeKind.Path:
                list.Add(new() { Type = type, Path = RequireFile(mode.Target!) });
                break;
        }
    }

    private static string RequireFile(string path)
    {
        string full = Path.GetFullPath(path);
        return File.Exists(full)
            ? full
            : throw new InvalidSpecException($"There is no namespace file '{full}'.", Advice) { Target = full };
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
            string file = group ? "/etc/subgid" : "/etc/subuid";
            throw new SubIdRangeMissingException(
                $"{what} uses the ids {new SubIdRange(one.HostId, one.Size)}, which {file} does not give to user {facts.UserId}.",
                $"Give them: usermod --add-sub{(group ? "g" : "u")}ids {new SubIdRange(one.HostId, one.Size)} USER")
            { Target = what };
        }
    }

    private static bool Overlap(ulong a, ulong sizeA, ulong b, ulong sizeB) => a < b + sizeB && b < a + sizeA;
}
