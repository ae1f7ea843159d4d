namespace PSContainer.Cgroups.Hierarchies;

/// <summary>One value for one file of a cgroup.</summary>
/// <param name="Controller">Whose file it is; <c>cgroup</c> for the core files of v2.</param>
/// <param name="File">File name.</param>
/// <param name="Value">What is written.</param>
public sealed record CgroupWrite(string Controller, string File, string Value)
{
    /// <summary>Written instead when the kernel does not have <see cref="File"/> (another scheduler, an older name).</summary>
    public CgroupWrite? Alternative { get; init; }

    /// <summary>Whether a kernel without this file is no failure.</summary>
    public bool IsOptional { get; init; }

    /// <summary><c>memory.max = 536870912</c>.</summary>
    public override string ToString() => $"{File} = {Value}";
}
