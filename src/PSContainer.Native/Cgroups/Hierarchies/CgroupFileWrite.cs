namespace PSContainer.Cgroups.Hierarchies;

/// <summary>One thing that is about to be done to the kernel's files or to a process, for people to read before it is.</summary>
/// <param name="Path">Absolute path, or the process.</param>
/// <param name="Value">What is written; nothing for other calls.</param>
/// <param name="Call">write, mkdir, rmdir, or a signal.</param>
public sealed record CgroupFileWrite(string Path, string Value, string Call = "write")
{
    /// <summary>What is done to the path: <c>Write '536870912'</c>, <c>mkdir</c>.</summary>
    public string Action => Call == "write" ? $"Write '{Value.TrimEnd('\n')}'" : Call;

    /// <summary><c>/sys/fs/cgroup/demo/memory.max = 536870912</c>.</summary>
    public override string ToString() => Call == "write" ? $"{Path} = {Value.TrimEnd('\n')}" : Path;
}
