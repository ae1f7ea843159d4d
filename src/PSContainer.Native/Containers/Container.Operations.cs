using PSContainer.Cgroups;
using PSContainer.Cgroups.Limits;
using PSContainer.Containers.Audit;
using PSContainer.Containers.Exec;
using PSContainer.Containers.Insight;
using PSContainer.Containers.Options;
using PSContainer.Containers.Wait;
using PSContainer.Programs;
using PSContainer.State;

namespace PSContainer.Containers;

public sealed partial class Container
{
    /// <summary>Its cgroup; <see langword="null"/> when it has none any more.</summary>
    public Cgroup? Cgroup => Read(() =>
        Current is { Cgroups.Count: > 0 } state && Cgroup.Open(state.Cgroups) is { Exists: true } one ? one : null);

    /// <summary>Limits in force; <see langword="null"/> in it is no limit.</summary>
    public CgroupLimit? Limits => Read(() => Cgroup?.ReadLimits());

    /// <summary>Waits until the conditions come true.</summary>
    /// <param name="conditions">What to wait for; none means <see cref="WaitCondition.Exit"/>.</param>
    /// <param name="any">Whether one of them is enough.</param>
    /// <param name="timeout">How long; <see langword="null"/>: for ever.</param>
    /// <param name="interval">How often what cannot be waited for is looked at; <see langword="null"/>: 100 milliseconds.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="WaitTimeoutException">The time ran out.</exception>
    /// <exception cref="ContainerExitedException">It ended while something else was waited for.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Wait(
        IReadOnlyList<WaitCondition> conditions, bool any = false, TimeSpan? timeout = null, TimeSpan? interval = null,
        CancellationToken cancellation = default)
    {
        using var wait = new ContainerWait(this, conditions.Count == 0 ? [WaitCondition.Exit] : conditions, any);
        wait.Run(timeout, interval, cancellation);
    }

    /// <summary>Waits until it ended.</summary>
    /// <returns>Its exit code; <see langword="null"/> when nobody was there to see it.</returns>
    /// <exception cref="WaitTimeoutException">The time ran out.</exception>
    public int? WaitForExit(TimeSpan? timeout = null, CancellationToken cancellation = default)
    {
        Wait([], timeout: timeout, cancellation: cancellation);
        return ExitCode;
    }

    /// <summary>Its processes, all of the cgroup, as the host sees them. Nothing is executed.</summary>
    public IReadOnlyList<ContainerProcess> GetProcesses()
    {
        if (LivePid is not { } init)
            return [];
        using var reader = new ContainerProcessReader(Name, init);
        return [.. ProcessIds(init).Select(reader.Read).OfType<ContainerProcess>()];
    }

    /// <summary>Host pids of its processes.</summary>
    /// <param name="init">Its first process.</param>
    internal IReadOnlyList<int> ProcessIds(int init) =>
        Cgroup?.GetProcessIds() ?? ContainerProcessReader.PidsInNamespaceOf(init);

    /// <summary>What it uses now.</summary>
    /// <exception cref="ContainerStateException">It has no cgroup any more.</exception>
    public ContainerUsage Measure() => new(RequireCgroup("measured").ReadUsage()) { Name = Name, Id = Id };

    /// <summary>Reads back from the kernel what is in force and compares it with what was asked.</summary>
    /// <exception cref="ContainerStateException">It does not run.</exception>
    public IReadOnlyList<ContainerCheck> Audit()
    {
        using LiveProcess process = RequireLive("be audited");
        return ContainerAudit.Run(this, process.Pid);
    }

    /// <summary>
    /// The program that executes a command in it with the caller's own streams; its exit code is the command's.
    /// </summary>
    /// <remarks>To be executed once: what it takes is in a file of the state directory, which it removes.</remarks>
    /// <exception cref="ContainerException">The options are wrong, or the container does not run.</exception>
    public NativeCommand PrepareExec(ExecOptions options)
    {
        RequireRunning();
        using LiveProcess process = RequireLive("execute anything");
        return new ExecLaunch(engine, this, process).Prepare(options);
    }

    /// <summary>Executes a command in it in the background, with a log of its own.</summary>
    /// <exception cref="ContainerException">It could not be executed.</exception>
    public ContainerProcess StartProcess(ExecOptions options)
    {
        RequireRunning();
        using LiveProcess process = RequireLive("execute anything");
        return new ExecLaunch(engine, this, process).Start(options);
    }

    private void RequireRunning()
    {
        if (State == ContainerStatus.Paused)
        {
            throw new ContainerStateException(
                $"The container '{this}' is paused and cannot execute anything.", $"Let it run on with: Resume-Container {this}")
            { Target = Name };
        }
        if (State == ContainerStatus.Created)
            throw NotRunning("execute anything");
    }
}
