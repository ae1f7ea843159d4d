using PSContainer.Kernel;

namespace PSContainer.Cgroups;

/// <summary>A new v1 cpuset has no CPU and no memory node, and takes no process until it has: it gets its parent's.</summary>
internal static class CpusetInheritance
{
    private static readonly string[] s_files = ["cpuset.cpus", "cpuset.mems"];

    /// <summary>Fills those of the directories that are empty.</summary>
    /// <param name="made">Directories below one that is filled, outer ones first.</param>
    internal static void Fill(IEnumerable<string> made)
    {
        foreach (string directory in made)
        {
            string parent = Path.GetDirectoryName(directory)!;
            foreach (string file in s_files)
            {
                string path = $"{directory}/{file}";
                if (CgroupFile.Read(path) is { } own && own.Trim().Length == 0
                    && CgroupFile.Read($"{parent}/{file}")?.Trim() is { Length: > 0 } inherited)
                    Syscall.Check(CgroupFile.TryWrite(path, inherited), "write", path);
            }
        }
    }
}
