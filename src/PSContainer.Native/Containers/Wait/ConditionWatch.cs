using PSContainer.Containers.Exec;
using PSContainer.Containers.Insight;
using PSContainer.Rooted;
using PSContainer.State;

namespace PSContainer.Containers.Wait;

/// <summary>Looks whether a condition of a container has come true.</summary>
internal sealed class ConditionWatch(Container container) : IDisposable
{
    private readonly Dictionary<LogCondition, LogSearch> searches = [];

    /// <summary>Whether it holds now.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="process">The first process; <see langword="null"/> when it has ended.</param>
    /// <param name="cancellation">Ends a command that is executed for it.</param>
    internal bool Holds(WaitCondition condition, LiveProcess? process, CancellationToken cancellation) => condition switch
    {
        ExitCondition => process is null && container.HasExited,
        StateCondition state => container.State == state.Status,
        LogCondition log => process is null ? LogSearch.FindNow(container, log.Pattern) : SearchOf(log).HasMatched,
        PortCondition port => process is not null && ListeningPorts.Contains(container, process.Pid, port.Number),
        FileCondition file => process is not null && Exists(process, file.Path),
        CommandCondition command => process is not null && ExecProbe.Succeeds(container, command.Arguments, cancellation),
        _ => false,
    };

    /// <summary>Whether it can still come true once the container has ended.</summary>
    internal static bool OutlivesEnd(WaitCondition condition) =>
        condition is ExitCondition or StateCondition { Status: ContainerStatus.Exited };

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (LogSearch search in searches.Values)
            search.Dispose();
    }

    private LogSearch SearchOf(LogCondition condition)
    {
        if (!searches.TryGetValue(condition, out LogSearch? search))
            searches[condition] = search = new(container, condition.Pattern);
        return search;
    }

    private bool Exists(LiveProcess process, string path)
    {
        try
        {
            using RootedDirectory root = process.OpenRoot(container.Name);
            return root.Exists(path);
        }
        catch (ContainerException)
        {
            return false;
        }
    }
}
