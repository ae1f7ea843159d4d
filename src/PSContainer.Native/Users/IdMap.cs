using PSContainer.Rooted;
using PSContainer.Spec;

namespace PSContainer.Users;

/// <summary>Ids inside a container and their ids on disk.</summary>
/// <param name="mappings">The map; <see langword="null"/>: every id is itself.</param>
/// <param name="kind"><c>user</c> or <c>group</c>.</param>
/// <param name="advice">What to do about an id that the map does not have.</param>
internal sealed class IdMap(IReadOnlyList<IdMapping>? mappings, string kind, string advice)
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

    /// <summary>The ids inside of a map, in order, those that adjoin as one range.</summary>
    internal static IReadOnlyList<(uint First, ulong Count)> Inside(IReadOnlyList<IdMapping> map)
    {
        var ranges = new List<(uint First, ulong Count)>();
        foreach (IdMapping one in map.OrderBy(static one => one.ContainerId))
        {
            if (ranges.Count > 0 && ranges[^1].First + ranges[^1].Count == one.ContainerId)
                ranges[^1] = (ranges[^1].First, ranges[^1].Count + one.Size);
            else
                ranges.Add((one.ContainerId, one.Size));
        }
        return ranges;
    }

    /// <summary>As <see cref="Inside"/>, for people: <c>0 to 65536</c>.</summary>
    internal static string Describe(IReadOnlyList<IdMapping> map) =>
        string.Join(", ", Inside(map).Select(static one =>
            one.Count == 1 ? $"{one.First}" : $"{one.First} to {one.First + one.Count - 1}"));

    /// <summary>Whether any id differs outside.</summary>
    internal bool IsIdentity { get; } = mappings is null || mappings.All(static m => m.ContainerId == m.HostId);

    /// <summary>Whether an id inside is mapped.</summary>
    internal bool Has(uint id) =>
        mappings is null || mappings.Any(one => id >= one.ContainerId && id - one.ContainerId < one.Size);

    /// <summary>The id on disk.</summary>
    /// <param name="id">The id inside.</param>
    /// <param name="name">What has it; empty for a copy.</param>
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
        string mapped = mappings.Count == 0 ? "no id is mapped" : $"the ids that are mapped are {Describe(mappings)}";
        string what = name.IsEmpty ? "The copy" : $"'{PathBytes.Describe(name)}'";
        throw new ContainerException($"{what} belongs to {kind} {id}, and {mapped}.", advice);
    }
}
