using PSContainer.Kernel;

namespace PSContainer.Cgroups.Limits;

/// <summary>A new v1 cpuset has no CPU and no memory node, and takes no process until it has: it gets its parent's.</summary>
internal static class CpusetInheritance
{
    private static readonly string[] s_files = ["cpuset.cpus", "cpuset.mems"];

    /// <summary>Fills those on the way that are empty, also what somebody else has made and not filled.</summary>
    /// <param name="top">The directory where the way begins, which is filled: a hierarchy's root.</param>
    /// <param name="directory">Where it ends.</param>
    /// <param name="made">Those that are this process's; of the others one that may not be written is left.</param>
    internal static void Fill(string top, string directory, IReadOnlyList<string> made)
    {
        string parent = Path.GetDirectoryName(directory)!;
        if (parent.Length > top.Length)
            Fill(top, parent, made);
        foreach (string file in s_files)
        {
            string path = $"{directory}/{file}";
            if (SmallFile.Read(path) is { } own && own.Trim().Length == 0
                && SmallFile.Read($"{parent}/{file}")?.Trim() is { Length: > 0 } inherited
                && SmallFile.TryWrite(path, inherited) is < 0 and var refused && made.Contains(directory))
                Syscall.Check(refused, "write", path);
        }
    }
}
