using System.Globalization;
using PSContainer.Kernel;
using PSContainer.Proc;
using PSContainer.Rooted;
using PSContainer.Users;

namespace PSContainer.Containers.Insight;

/// <summary>
/// Reads the processes of a container from its cgroup and procfs. Nothing of the container is executed or loaded.
/// </summary>
internal sealed class ContainerProcessReader : IDisposable
{
    private readonly string container;
    private readonly RootedDirectory? root;
    private readonly IReadOnlyList<(uint Inside, uint Outside, uint Count)> users;
    private IReadOnlyDictionary<uint, string>? names;

    /// <summary>Opens a container's user table.</summary>
    /// <param name="container">Its name.</param>
    /// <param name="init">Host pid of its first process.</param>
    internal ContainerProcessReader(string container, int init)
    {
        this.container = container;
        users = IdMapFile.Parse(ProcFile.Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{init}/uid_map")));
        try
        {
            root = RootedDirectory.OpenHost(string.Create(CultureInfo.InvariantCulture, $"/proc/{init}/root"));
        }
        catch (ContainerException)
        {
            // It is ending; then users are numbers.
        }
    }

    /// <summary>Pids of a cgroup and of those below it.</summary>
    internal static IReadOnlyList<int> PidsOf(string cgroup)
    {
        var pids = new SortedSet<int>();
        Add(pids, cgroup);
        return [.. pids];
    }

    /// <summary>Pids of all processes that share a process's pid namespace: the container's, where it has no cgroup.</summary>
    internal static IReadOnlyList<int> PidsInNamespaceOf(int init)
    {
        ulong? inode = ContainerNamespace.InodeOf(string.Create(CultureInfo.InvariantCulture, $"/proc/{init}/ns/pid"));
        var pids = new List<int>();
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
                && inode is not null && ContainerNamespace.InodeOf($"{directory}/ns/pid") == inode)
                pids.Add(pid);
        }
        return [.. pids.Order()];
    }

    /// <summary>Reads a process.</summary>
    /// <returns>The process, or <see langword="null"/> when it is gone.</returns>
    internal ContainerProcess? Read(int pid)
    {
        if (ProcessTimes.Read(pid) is not { } times || ProcStatus.Read(pid) is not { } status)
            return null;
        uint? user = status.UserIds is [_, var effective, ..] ? IdMapFile.Inside(users, effective) : null;
        return new()
        {
            Id = pid,
            StartTicks = times.Start,
            NamespaceId = status.NamespacePid,
            ParentId = status.ParentPid,
            CommandName = status.Name,
            Command = CommandOf(pid) ?? $"[{status.Name}]",
            UserId = user,
            User = user is { } uid ? NameOf(uid) : "?",
            State = status.State,
            StartTime = ContainerClock.TimeOf(times.Start),
            CpuTime = ContainerClock.Duration(times.Cpu),
            MemoryRss = status.ResidentBytes,
            ThreadCount = status.Threads,
            Container = container,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => root?.Dispose();

    private static void Add(SortedSet<int> pids, string cgroup)
    {
        foreach (string line in (ProcFile.Read($"{cgroup}/cgroup.procs") ?? "").Split('\n'))
        {
            if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out int pid) && pid > 0)
                pids.Add(pid);
        }
        if (!Directory.Exists(cgroup))
            return;
        foreach (string child in Directory.EnumerateDirectories(cgroup))
            Add(pids, child);
    }

    private string NameOf(uint uid)
    {
        names ??= ReadNames();
        // The container writes the file, and so says what its users are called.
        return names.GetValueOrDefault(uid) is { } name ? ShownText.Line(name) : uid.ToString(CultureInfo.InvariantCulture);
    }

    // Once for all processes: the file is the container's, and may be large.
    private IReadOnlyDictionary<uint, string> ReadNames()
    {
        try
        {
            return root is null ? new Dictionary<uint, string>() : PasswdFile.NamesIn(root);
        }
        catch (ContainerException)
        {
            // A user table that cannot be read safely names nobody.
            return new Dictionary<uint, string>();
        }
    }

    private static string? CommandOf(int pid)
    {
        if (ProcFile.ReadCommandLine(pid) is not { } text)
            return null;
        return ShownText.Line(text);
    }
}
