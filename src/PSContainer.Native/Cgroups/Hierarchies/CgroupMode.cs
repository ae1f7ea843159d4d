namespace PSContainer.Cgroups.Hierarchies;

/// <summary>Which generations of control groups the host has mounted.</summary>
public enum CgroupMode
{
    /// <summary>No hierarchy is mounted.</summary>
    None,

    /// <summary>cgroup v2 only.</summary>
    Unified,

    /// <summary>v1 hierarchies, and the v2 hierarchy beside them with the controllers that v1 left.</summary>
    Hybrid,

    /// <summary>v1 hierarchies only.</summary>
    Legacy,
}
