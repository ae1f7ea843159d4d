using PSContainer.Cgroups.Hierarchies;
using PSContainer.Kernel;
using PSContainer.Proc;
using PSContainer.Words;

namespace PSContainer.Containers;

/// <summary>
/// What the caller's session and the host live on: the processes and mounts whose end would be theirs. Found anew each time, since a
/// process can be moved and a filesystem mounted at any time.
/// </summary>
internal static class CallerSession
{
    private const int Init = 1;
    private const string InitView = "/proc/1/ns/mnt";

    private static readonly string[] s_system = ["/bin", "/dev", "/etc", "/lib", "/lib64", "/proc", "/sbin", "/sys", "/usr"];

    /// <summary>What among these processes the session or the host would end with, in words; <see langword="null"/>: nothing.</summary>
    internal static string? FindAmong(IReadOnlyCollection<int> pids)
    {
        if (pids.Contains(Init))
            return $"process 1, with which this system ends, {ProcessNames.Of([Init])}";
        return Ancestors().FirstOrDefault(pids.Contains) is > 0 and var pid
            ? $"a process that this session lives on, {ProcessNames.Of([pid])}"
            : null;
    }

    /// <summary>Whether a process is this one, or one that it descends from.</summary>
    internal static bool IsAncestor(int pid) => Ancestors().Contains(pid);

    /// <summary>What lies at or below a path of the host without which the session or the host ends, in words.</summary>
    /// <param name="path">Where something is mounted or written.</param>
    /// <param name="hidesAtOnce">Whether users of it do not hold it: then the directory that this process is in counts too.</param>
    /// <returns>What, or <see langword="null"/> when nothing does.</returns>
    internal static string? FindBelow(string path, bool hidesAtOnce = false)
    {
        if (path == "/")
            return "all files of this system";
        return Needed(hidesAtOnce).FirstOrDefault(needed => PathWord.IsBelow(needed, path)) is { } found
            ? $"'{found}', which this session or the system needs"
            : null;
    }

    /// <summary>
    /// Whether what is mounted in a namespace is what this process or process 1 sees: then to unmount it is to take it from them.
    /// </summary>
    /// <param name="files">Files of the namespaces to be in; empty: this process's own.</param>
    internal static bool IsView(IReadOnlyList<string> files)
    {
        ulong?[] known = [InodeOf("/proc/self/ns/mnt"), InodeOf(InitView)];
        return files.Count == 0 || files.Any(file => file == InitView || (InodeOf(file) is { } inode && known.Contains(inode)));
    }

    private static ulong? InodeOf(string file)
    {
        using FileHandle? handle = NamespaceFile.Open(file);
        return handle is null ? null : NamespaceFile.InodeOf(handle.Fd);
    }

    private static IEnumerable<int> Ancestors()
    {
        // 0 is a parent outside of the pid namespace.
        for (int pid = Environment.ProcessId; pid > 0; pid = ProcStatus.Read(pid)?.ParentPid ?? 0)
            yield return pid;
    }

    private static IEnumerable<string> Needed(bool hidesAtOnce) =>
    [
        .. s_system,
        .. CgroupHost.Current.Hierarchies.Select(hierarchy => hierarchy.MountPoint),
        .. ((string?[])
        [
            Environment.ProcessPath, AppContext.BaseDirectory.TrimEnd('/'), ModuleDirectory(), ContainerEngine.Default.Store.Root,
            Terminal(), hidesAtOnce ? Environment.CurrentDirectory : null,
        ]).OfType<string>().Where(path => path.StartsWith('/')),
    ];

    private static string? ModuleDirectory()
    {
        try
        {
            return Path.GetDirectoryName(ContainerEngine.Default.Runtime.Path);
        }
        catch (RuntimeNotFoundException)
        {
            return null;
        }
    }

    private static string? Terminal() => new FileInfo("/proc/self/fd/0").LinkTarget;
}
