using PSContainer.Containers.Host;
using PSContainer.Containers.Insight;
using PSContainer.Programs;
using PSContainer.State;

namespace PSContainer.Containers;

/// <summary>Makes, finds and starts containers: what the cmdlets call.</summary>
public sealed partial class ContainerEngine
{
    /// <summary>Opens the containers of one state directory.</summary>
    /// <param name="stateRoot">The directory; <see langword="null"/>: the user's own.</param>
    /// <param name="runtimePath">The executable; <see langword="null"/>: the one beside this assembly.</param>
    public ContainerEngine(string? stateRoot = null, string? runtimePath = null)
    {
        Store = new StateStore(stateRoot);
        Runtime = new RuntimeExecutable(runtimePath);
    }

    private static ContainerEngine? s_default;

    /// <summary>
    /// The user's own containers; environment variable PSCONTAINER_ROOT names another state directory. The environment is asked each
    /// time: a session may change it.
    /// </summary>
    public static ContainerEngine Default
    {
        get
        {
            string root = StateStore.PathOf(Environment.GetEnvironmentVariable("PSCONTAINER_ROOT"));
            string? runtime = RuntimeExecutable.InEnvironment;
            ContainerEngine? last = Volatile.Read(ref s_default);
            if (last?.Store.Root == root && last.Runtime.Given == runtime)
                return last;
            var now = new ContainerEngine(root, runtime);
            Volatile.Write(ref s_default, now);
            return now;
        }
    }

    /// <summary>The state directory.</summary>
    public StateStore Store { get; }

    /// <summary>The executable.</summary>
    public RuntimeExecutable Runtime { get; }

    /// <summary>All containers, in no order; those that vanish meanwhile are left out.</summary>
    public IEnumerable<Container> List() => Store.List().Select(id => new Container(this, id));

    /// <summary>The container of a name, an id, or the beginning of an id that only one has.</summary>
    /// <returns>The container, or <see langword="null"/> when there is none.</returns>
    /// <exception cref="ContainerAmbiguousException">Several ids begin like that.</exception>
    public Container? Find(string nameOrId)
    {
        if (Store.Resolve(nameOrId) is { } id)
            return new(this, id);
        if (!ContainerId.IsValid(nameOrId))
            return null;
        IEnumerable<string> ids = Store.List().Where(one => one.StartsWith(nameOrId, StringComparison.Ordinal));
        Container[] matches = [.. ids.Order(StringComparer.Ordinal).Select(one => new Container(this, one))];
        return matches.Length > 1
            ? throw new ContainerAmbiguousException(nameOrId, matches) { Target = nameOrId }
            : matches.FirstOrDefault();
    }

    /// <summary>As <see cref="Find"/>.</summary>
    /// <exception cref="ContainerNotFoundException">There is none.</exception>
    /// <exception cref="ContainerAmbiguousException">Several ids begin like that.</exception>
    public Container Get(string nameOrId) =>
        Find(nameOrId) ?? throw new ContainerNotFoundException(nameOrId) { Target = nameOrId };

    /// <summary>The container that a process of the host belongs to.</summary>
    /// <returns>The container, or <see langword="null"/> when it belongs to none.</returns>
    public Container? FindByProcess(int pid) => ContainerOfProcess.Find(this, pid);

    /// <summary>The container whose own cgroup this is.</summary>
    /// <param name="path">The cgroup's path from the root.</param>
    /// <returns>The container, or <see langword="null"/> when it is none's.</returns>
    public Container? FindByCgroup(string path) =>
        List().FirstOrDefault(container => container.Cgroup?.Path == path);

    /// <summary>What this host is.</summary>
    public ContainerHost GetHost() => HostReader.Read(this);

    /// <summary>What this host can do for containers, with a recommendation for each gap.</summary>
    public IReadOnlyList<ContainerHostCheck> TestHost() => HostChecks.Run(GetHost());
}
