namespace PSContainer.Cgroups.Hierarchies;

/// <summary>One mounted hierarchy of control groups, cgroups(7).</summary>
/// <param name="MountPoint">Absolute directory it is mounted on.</param>
/// <param name="MountRoot">The cgroup that is visible as the mount's root, <c>/</c> on a host.</param>
/// <param name="OwnPath">This process's cgroup in the hierarchy, as /proc/self/cgroup names it.</param>
/// <param name="IsUnified">Whether it is the v2 hierarchy.</param>
/// <param name="Controllers">Controllers that can be used in it; on v1 a named hierarchy holds <c>name=…</c>.</param>
public sealed record CgroupHierarchy(
    string MountPoint, string MountRoot, string OwnPath, bool IsUnified, IReadOnlyList<string> Controllers)
{
    /// <summary>Absolute directory of this process's own cgroup.</summary>
    public string OwnDirectory => Directory(
        MountRoot != "/" && OwnPath.StartsWith(MountRoot, StringComparison.Ordinal) ? OwnPath[MountRoot.Length..] : OwnPath);

    /// <summary>Absolute directory of a cgroup given by its path below the mount.</summary>
    public string Directory(string path) =>
        path.Trim('/') is { Length: > 0 } relative ? $"{MountPoint}/{relative}" : MountPoint;

    /// <summary>Whether a directory is a cgroup of this hierarchy.</summary>
    public bool Contains(string directory) =>
        directory.StartsWith(MountPoint, StringComparison.Ordinal)
        && (directory.Length == MountPoint.Length || directory[MountPoint.Length] == '/');
}
