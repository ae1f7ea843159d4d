using PSContainer.Containers;
using PSContainer.Proc;
using PSContainer.State;

namespace PSContainer.Namespaces;

/// <summary>Finds namespaces, and knows those that were made here: see <see cref="NamespaceSet"/>.</summary>
public sealed class NamespaceStore
{
    private const string DirectoryName = ".namespaces";
    private const long FreshMilliseconds = 50;
    private static NamespaceStore? s_default;
    private readonly object _lock = new();
    private NamespaceTable? _table;
    private long _readAt;

    /// <summary>Opens the sets of one state directory.</summary>
    /// <param name="stateRoot">The state directory; it need not exist.</param>
    public NamespaceStore(string stateRoot) => Root = Path.Combine(stateRoot, DirectoryName);

    /// <summary>Those of the user's own state directory.</summary>
    public static NamespaceStore Default
    {
        get
        {
            string root = ContainerEngine.Default.Store.Root;
            NamespaceStore? last = Volatile.Read(ref s_default);
            if (last is not null && Path.GetDirectoryName(last.Root) == root)
                return last;
            var now = new NamespaceStore(root);
            Volatile.Write(ref s_default, now);
            return now;
        }
    }

    /// <summary>Where the sets are.</summary>
    public string Root { get; }

    /// <summary>The set of a name, whether it is there or not.</summary>
    /// <exception cref="InvalidSpecException">This can be no name.</exception>
    public NamespaceSet SetOf(string name)
    {
        ContainerId.Require(name, "namespaces");
        return new(Path.Combine(Root, name));
    }

    /// <summary>All sets.</summary>
    public IEnumerable<NamespaceSet> Sets()
    {
        if (!Directory.Exists(Root))
            yield break;
        string[] directories;
        try
        {
            directories = Directory.GetDirectories(Root);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            yield break;
        }
        foreach (string directory in directories)
            yield return new(directory);
    }

    /// <summary>Every namespace that has a process, or a mount, or a set of ours.</summary>
    public IReadOnlyList<Namespace> List()
    {
        NamespaceTable table = Read();
        return [.. table.Rows.OrderBy(pair => pair.Value.Type).ThenBy(pair => pair.Key).Select(pair => new Namespace(this, pair.Value, pair.Key))];
    }

    /// <summary>The namespaces of a process.</summary>
    /// <returns>One of each type that the kernel has; none when the process is gone or not the caller's to look at.</returns>
    public IReadOnlyList<Namespace> OfProcess(int pid)
    {
        Forget();
        var found = new List<Namespace>(NamespaceWord.All.Count);
        foreach (NamespaceType type in NamespaceWord.All)
        {
            if (ContainerNamespace.InodeOf(ProcessFile(pid, type)) is { } inode)
                found.Add(new(this, type, inode));
        }
        return found;
    }

    /// <summary>The namespaces of a set, with those that are gone left out.</summary>
    public IReadOnlyList<Namespace> OfSet(NamespaceSet set)
    {
        Forget();
        return [.. set.Members().Where(one => one.Inode != 0).Select(one => new Namespace(this, one.Type, one.Inode) { Name = set.Name })];
    }

    /// <summary>The namespace of a file: of /proc/PID/ns, or one that is mounted.</summary>
    /// <exception cref="NamespaceNotFoundException">There is no such file, or it is of no namespace.</exception>
    public Namespace OfPath(string path)
    {
        Forget();
        using Kernel.FileHandle? file = Kernel.NamespaceFile.Open(path);
        nint flag = file is null ? 0 : Kernel.NamespaceFile.TypeOf(file.Fd);
        foreach (NamespaceType type in NamespaceWord.All)
        {
            if (flag == NamespaceWord.FlagOf(type) && Kernel.NamespaceFile.InodeOf(file!.Fd) is { } inode)
                return new(this, type, inode);
        }
        throw new NamespaceNotFoundException(
            File.Exists(path) ? $"'{path}' is not the file of a namespace." : $"There is no namespace file '{path}'.",
            "Name a file as /proc/PID/ns/net or /run/netns/NAME.") { Target = path };
    }

    /// <summary>The namespace with a number.</summary>
    /// <returns>The namespace, or <see langword="null"/> when there is none.</returns>
    public Namespace? Find(ulong inode) => Read().Rows.TryGetValue(inode, out NamespaceTable.Row? row) ? new(this, row, inode) : null;

    /// <summary>What making namespaces would do, step by step. Nothing is made.</summary>
    /// <exception cref="ContainerException">The options are wrong.</exception>
    public Plan.StartPlan Plan(NamespaceOptions options) => PSContainer.Plan.NamespaceCreatePlanner.Plan(new NamespaceMaker(this).Compose(options));

    /// <summary>Makes namespaces that stay until they are removed.</summary>
    /// <returns>One of each type asked for.</returns>
    /// <exception cref="ContainerException">The options are wrong, or a step failed; nothing is left.</exception>
    public IReadOnlyList<Namespace> Create(NamespaceOptions options)
    {
        var maker = new NamespaceMaker(this);
        NamespaceSet set = maker.Run(maker.Compose(options));
        Forget();
        return OfSet(set);
    }

    /// <summary>Lets go of a namespace that was made here: it ends, unless something else holds it.</summary>
    /// <param name="one">The namespace.</param>
    /// <param name="force">Whether processes in it are ended.</param>
    /// <exception cref="NamespaceBusyException">Processes are in it.</exception>
    /// <exception cref="ContainerException">It is not one of ours, or the kernel refused.</exception>
    public void Remove(Namespace one, bool force) => NamespaceRemoval.Run(this, one, force);

    /// <summary>The table as it is now.</summary>
    internal NamespaceTable Read()
    {
        lock (_lock)
        {
            _table = NamespaceTable.Read(this);
            _readAt = Environment.TickCount64;
            return _table;
        }
    }

    /// <summary>The table as it is or was a moment ago: what a hundred properties of a hundred objects share.</summary>
    internal NamespaceTable Recent()
    {
        lock (_lock)
            return _table is { } table && Environment.TickCount64 - _readAt < FreshMilliseconds ? table : Read();
    }

    /// <summary>
    /// Has the next look at a table be a new one: something was made or removed, or is known from elsewhere and can be younger than the
    /// table. Its number may be in there all the same: the kernel gives that of one that is gone to the next.
    /// </summary>
    internal void Forget()
    {
        lock (_lock)
            _table = null;
    }

    /// <summary>The file of a process's namespace.</summary>
    internal static string ProcessFile(int pid, NamespaceType type) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/proc/{pid}/ns/{NamespaceWord.FileOf(type)}");
}
