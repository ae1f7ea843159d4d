using PSContainer.Spec;

namespace PSContainer.Rooted;

/// <summary>Ids inside a container and their ids on disk.</summary>
internal sealed class IdMap(IReadOnlyList<IdMapping>? mappings, string kind)
{
    private const uint MaxId = uint.MaxValue - 1; // The one above means "leave it alone" to chown(2).

    /// <summary>One map after another: from the ids inside <paramref name="inner"/> to the inside of <paramref name="outer"/>.</summary>
    /// <param name="inner">From ids to ids of the host.</param>
    /// <param name="outer">A namespace whose ids take their place; <see langword="null"/>: the host's own.</param>
    /// <returns>The map, without what <paramref name="outer"/> does not have.</returns>
    internal static IReadOnlyList<IdMapping>? Compose(IReadOnlyList<IdMapping>? inner, IReadOnlyList<IdMapping>? outer)
    {
        if (outer is null || inner is null)
            return inner;
        var map = new List<IdMapping>();
        foreach (IdMapping one in inner)
        {
            foreach (IdMapping other in outer)
            {
                ulong first = Math.Max(one.HostId, other.HostId);
                ulong end = Math.Min((ulong)one.HostId + one.Size, (ulong)other.HostId + other.Size);
                if (first < end)
                {
                    map.Add(new()
                    {
                        ContainerId = one.ContainerId + (uint)(first - one.HostId),
                        HostId = other.ContainerId + (uint)(first - other.HostId),
                        Size = (uint)(end - first),
                    });
                }
            }
        }
        return map;
    }

    /// <summary>Whether any id differs outside.</summary>
    internal bool IsIdentity { get; } = mappings is null || mappings.All(static m => m.ContainerId == m.HostId);

    /// <summary>The id on disk.</summary>
    /// <exception cref="ContainerException">No mapping covers it.</exception>
    internal uint ToHost(uint id, ReadOnlySpan<byte> name)
    {
        if (mappings is null)
            return id;
        foreach (IdMapping mapping in mappings)
        {
            if (id >= mapping.ContainerId && id - mapping.ContainerId < mapping.Size)
                return (uint)Math.Min((ulong)mapping.HostId + (id - mapping.ContainerId), MaxId);
        }
        throw new ContainerException(
            $"'{PathBytes.Describe(name)}' belongs to {kind} {id}, which no mapping covers.",
            $"Map enough ids, at least 65536 from 0, or unpack without owners.");
    }
}
