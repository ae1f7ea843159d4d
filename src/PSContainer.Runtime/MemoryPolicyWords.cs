namespace PSContainer.Runtime;

/// <summary>The words of memory policies for <c>features</c> (config-linux.md, "Memory policy").</summary>
internal static class MemoryPolicyWords
{
    public static string[] Modes =>
    [
        "MPOL_BIND", "MPOL_DEFAULT", "MPOL_INTERLEAVE", "MPOL_LOCAL", "MPOL_PREFERRED", "MPOL_PREFERRED_MANY", "MPOL_WEIGHTED_INTERLEAVE",
    ];

    public static string[] Flags => ["MPOL_F_NUMA_BALANCING", "MPOL_F_RELATIVE_NODES", "MPOL_F_STATIC_NODES"];
}
