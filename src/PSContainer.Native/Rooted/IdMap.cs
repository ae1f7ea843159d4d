using PSContainer.Spec;

namespace PSContainer.Rooted;

/// <summary>Ids inside a container and their ids on disk.</summary>
internal sealed class IdMap(IReadOnlyList<IdMapping>? mappings, string kind)
{
    private const uint MaxId = uint.MaxValue - 1; // The one above means "leave it alone" to chown(2).

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
