using PSContainer.Spec;
using PSContainer.Words;

namespace PSContainer.Plan;

/// <summary>A NUMA memory policy as set_mempolicy(2) takes it (config-linux.md, "Memory policy").</summary>
/// <param name="Mode">MPOL_… with MPOL_F_….</param>
/// <param name="Nodes">The mask of nodes, whole 64-bit words; empty for none.</param>
internal sealed record MemoryPolicy(int Mode, byte[] Nodes)
{
    /// <summary>Reads a policy.</summary>
    /// <exception cref="InvalidSpecException">A word is none, or the nodes do not fit the mode.</exception>
    public static MemoryPolicy Read(MemoryPolicySpec spec)
    {
        int mode = spec.Mode switch
        {
            "MPOL_DEFAULT" => 0,
            "MPOL_PREFERRED" => 1,
            "MPOL_BIND" => 2,
            "MPOL_INTERLEAVE" => 3,
            "MPOL_LOCAL" => 4,
            "MPOL_PREFERRED_MANY" => 5,
            "MPOL_WEIGHTED_INTERLEAVE" => 6,
            _ => throw Wrong("mode", $"'{spec.Mode}' is no memory policy.",
                "One of: MPOL_DEFAULT, MPOL_PREFERRED, MPOL_BIND, MPOL_INTERLEAVE, MPOL_LOCAL, MPOL_PREFERRED_MANY, MPOL_WEIGHTED_INTERLEAVE."),
        };
        foreach (string flag in spec.Flags ?? [])
        {
            mode |= flag switch
            {
                "MPOL_F_STATIC_NODES" => 1 << 15,
                "MPOL_F_RELATIVE_NODES" => 1 << 14,
                "MPOL_F_NUMA_BALANCING" => 1 << 13,
                _ => throw Wrong("flags", $"'{flag}' is no flag of a memory policy.", "One of: MPOL_F_STATIC_NODES, MPOL_F_RELATIVE_NODES, MPOL_F_NUMA_BALANCING."),
            };
        }
        return new MemoryPolicy(mode, Mask(spec));
    }

    private static byte[] Mask(MemoryPolicySpec spec)
    {
        bool hasNodes = !string.IsNullOrEmpty(spec.Nodes);
        if (spec.Mode is "MPOL_DEFAULT" or "MPOL_LOCAL" && hasNodes)
            throw Wrong("nodes", $"{spec.Mode} takes no nodes.", "Leave the nodes out.");
        if (spec.Mode is not ("MPOL_DEFAULT" or "MPOL_LOCAL" or "MPOL_PREFERRED") && !hasNodes)
            throw Wrong("nodes", $"{spec.Mode} needs nodes.", "Give a list such as 0-1.");
        return hasNodes ? NumberList.ReadMask(spec.Nodes!) : [];
    }

    private static InvalidSpecException Wrong(string member, string what, string recommendation) =>
        new(what, recommendation) { Target = $"linux.memoryPolicy.{member}" };
}
