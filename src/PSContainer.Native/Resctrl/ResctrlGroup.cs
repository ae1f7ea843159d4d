using System.Globalization;
using System.Text;
using PSContainer.Kernel;
using PSContainer.Spec;

namespace PSContainer.Resctrl;

/// <summary>A container's share of caches and memory bandwidth: a directory of resctrl (config-linux.md, "IntelRdt").</summary>
internal sealed class ResctrlGroup
{
    private readonly string _directory;
    private readonly string? _monitor;
    private readonly List<string> _made = [];

    private ResctrlGroup(string directory, string? monitor)
    {
        _directory = directory;
        _monitor = monitor;
    }

    /// <summary>Directories that go when the container is deleted, the innermost first.</summary>
    public static IReadOnlyList<string> Owned(string root, IntelRdtSpec spec, string id)
    {
        var owned = new List<string>();
        if (spec.EnableMonitoring)
            owned.Add(MonitorOf(DirectoryOf(root, spec, id), id));
        if (string.IsNullOrEmpty(spec.ClosId))
            owned.Add(DirectoryOf(root, spec, id));
        return owned;
    }

    /// <summary>Where resctrl is mounted.</summary>
    /// <exception cref="ContainerException">It is not.</exception>
    public static string FindRoot()
    {
        foreach (string line in File.ReadLines("/proc/self/mountinfo"))
        {
            int separator = line.IndexOf(" - resctrl ", StringComparison.Ordinal);
            if (separator >= 0)
                return line.Split(' ')[4];
        }
        throw new ContainerStartException("MakeResctrlGroup: no resctrl filesystem is mounted here, which 'linux.intelRdt' needs.",
            "Mount it with: mount -t resctrl resctrl /sys/fs/resctrl (a processor with resource control and CONFIG_X86_CPU_RESCTRL), or leave linux.intelRdt out.")
        { Step = "MakeResctrlGroup", Target = "linux.intelRdt" };
    }

    /// <summary>Makes or finds the group and puts its shares in force.</summary>
    /// <param name="root">Where resctrl is mounted.</param>
    /// <param name="spec">What is asked.</param>
    /// <param name="id">The container's id: the group's name where none is given.</param>
    /// <exception cref="ContainerException">The group is missing, is another than asked, or the kernel refuses; nothing is left.</exception>
    public static ResctrlGroup Make(string root, IntelRdtSpec spec, string id)
    {
        string directory = DirectoryOf(root, spec, id);
        bool isNamed = !string.IsNullOrEmpty(spec.ClosId), exists = Directory.Exists(directory);
        List<string> lines = [.. new[] { spec.L3CacheSchema, spec.MemBwSchema }.OfType<string>().Where(line => line.Length > 0)];
        if (isNamed && !exists && lines.Count == 0 && spec.Schemata is not { Count: > 0 })
            throw Failed(directory, "does not exist, and nothing says what it would share", "Make the group first, or give a schema.");
        if (isNamed && exists)
            RequireSame(directory, lines);
        if (!isNamed && exists)
            throw Failed(directory, "exists already", "Another container of this id left it: remove it with rmdir, or name a closID.");
        var group = new ResctrlGroup(directory, spec.EnableMonitoring ? MonitorOf(directory, id) : null);
        try
        {
            if (!exists)
                group.MakeDirectory(directory);
            foreach (string line in lines.Concat(spec.Schemata ?? []))
                Write($"{directory}/schemata", $"{line}\n");
            if (group._monitor is { } monitor)
                group.MakeDirectory(monitor);
            return group;
        }
        catch
        {
            group.Undo();
            throw;
        }
    }

    /// <summary>Puts a process into the group.</summary>
    public void Add(int pid)
    {
        string text = pid.ToString(CultureInfo.InvariantCulture);
        Write($"{_directory}/tasks", text);
        if (_monitor is not null)
            Write($"{_monitor}/tasks", text);
    }

    /// <summary>Removes what was made.</summary>
    public void Undo() => Remove([.. Enumerable.Reverse(_made)]);

    /// <summary>Removes groups; one that is gone already is fine.</summary>
    public static void Remove(IReadOnlyList<string> directories)
    {
        foreach (string directory in directories)
            Files.unlinkat(Files.AT_FDCWD, directory, Files.AT_REMOVEDIR);
    }

    private static string DirectoryOf(string root, IntelRdtSpec spec, string id) => spec.ClosId switch
    {
        null or "" => $"{root}/{id}",
        "/" => root,
        var name => $"{root}/{name}",
    };

    private static string MonitorOf(string directory, string id) => $"{directory}/mon_groups/{id}";

    private static void RequireSame(string directory, List<string> lines)
    {
        string[] inForce = [.. File.ReadLines($"{directory}/schemata").Select(Plain)];
        foreach (string line in lines)
        {
            if (!inForce.Contains(Plain(line)))
                throw Failed(directory, $"exists with other shares than '{line}'", "Ask for the shares that its schemata file has, or name another closID.");
        }
    }

    // The kernel indents names and writes masks with leading zeros.
    private static string Plain(string line)
    {
        string[] halves = line.Trim().Split(':', 2);
        IEnumerable<string> shares = halves[^1].Split(';').Select(share => share.Trim()).Order(StringComparer.Ordinal)
            .Select(share => string.Join('=', share.Split('=').Select(word => word.TrimStart('0') is { Length: > 0 } digits ? digits : "0")));
        return $"{halves[0].Trim()}:{string.Join(';', shares)}";
    }

    private void MakeDirectory(string directory)
    {
        Syscall.Check(Files.mkdirat(Files.AT_FDCWD, directory, 0x1ED), "mkdirat", directory);
        _made.Add(directory);
    }

    private static void Write(string path, string text)
    {
        using var file = new FileHandle((int)Syscall.Check(Files.openat(Files.AT_FDCWD, path, Files.O_WRONLY | Files.O_CLOEXEC), "openat", path));
        Syscall.Check(Files.write(file.Fd, Encoding.ASCII.GetBytes(text)), "write", path);
    }

    private static ContainerStartException Failed(string directory, string what, string recommendation) =>
        new($"MakeResctrlGroup: '{directory}' {what}.", recommendation) { Step = "MakeResctrlGroup", Target = directory };
}
