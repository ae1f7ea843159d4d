using PSContainer.Cgroups.Hierarchies;
using PSContainer.Spec;

namespace PSContainer.Cgroups.Limits;

/// <summary>Memory limits as files of v1 and of v2.</summary>
internal static class MemoryLimitWrites
{
    /// <param name="writes">Where they go.</param>
    /// <param name="memory">What is asked; 0 means not set.</param>
    /// <param name="currentMax">The memory limit in force, for a swap limit that comes alone; or <see langword="null"/>.</param>
    internal static void Add(LimitWrites writes, MemoryResources memory, long? currentMax)
    {
        long limit = memory.Limit ?? 0, reservation = memory.Reservation ?? 0;
        // No limit on memory with a limit on memory and swap together would limit both after all.
        long swap = memory.Swap ?? (limit < 0 ? -1 : 0);

        if (limit != 0)
            AddBytes(writes, "memory.limit_in_bytes", "memory.max", limit);
        if (swap != 0)
            AddSwap(writes, swap, limit != 0 ? limit : currentMax ?? -1);
        if (reservation != 0)
            AddBytes(writes, "memory.soft_limit_in_bytes", "memory.low", reservation);
        AddLegacy(writes, memory);
    }

    private static void AddBytes(LimitWrites writes, string legacyFile, string file, long value)
    {
        if (writes.IsUnified("memory", file))
            writes.Add("memory", file, LimitWrites.MaxOr(value));
        else
            writes.Add("memory", legacyFile, Math.Max(value, -1));
    }

    /// <summary>The specification counts memory and swap together, as v1 does; v2 counts swap alone.</summary>
    private static void AddSwap(LimitWrites writes, long swap, long limit)
    {
        if (!writes.IsUnified("memory", "memory.swap.max"))
        {
            writes.Add("memory", "memory.memsw.limit_in_bytes", Math.Max(swap, -1));
            return;
        }
        if (swap > 0 && limit < 0)
        {
            throw new InvalidSpecException(
                "A limit on memory and swap together needs a limit on memory.", "Set memory.limit (memory.max) as well.")
            { Target = "memory.swap" };
        }
        writes.Add("memory", "memory.swap.max", swap < 0 ? "max" : LimitWrites.Number(swap - limit));
    }

    private static void AddLegacy(LimitWrites writes, MemoryResources memory)
    {
        if (memory.KernelTcp is { } tcp and not 0)
        {
            writes.RequireLegacy("memory", "memory.kernelTCP");
            writes.Add("memory", "memory.kmem.tcp.limit_in_bytes", Math.Max(tcp, -1));
        }
        if (memory.Swappiness is { } swappiness)
        {
            writes.RequireLegacy("memory", "memory.swappiness");
            writes.Add("memory", "memory.swappiness", (long)Math.Min(swappiness, 1000));
        }
        if (memory.DisableOomKiller == true)
        {
            writes.RequireLegacy("memory", "memory.disableOOMKiller");
            writes.Add("memory", "memory.oom_control", 1);
        }
        if (memory.UseHierarchy == false)
        {
            writes.RequireLegacy("memory", "memory.useHierarchy");
            writes.Add("memory", "memory.use_hierarchy", 0);
        }
    }
}
