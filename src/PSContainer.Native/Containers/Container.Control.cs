using System.Globalization;
using PSContainer.Cgroups;
using PSContainer.Kernel;
using PSContainer.Spec;
using PSContainer.State;
using PSContainer.Steps.Host;

namespace PSContainer.Containers;

public sealed partial class Container
{
    private static readonly TimeSpan DefaultStopTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The signal that asks it to stop.</summary>
    public Signal StopSignal =>
        SignalName.TryParse(AnnotationValue(Annotation.StopSignal), out Signal signal) ? signal : Signal.Term;

    /// <summary>How long <see cref="Stop"/> waits for it.</summary>
    public TimeSpan StopTimeout =>
        double.TryParse(AnnotationValue(Annotation.StopTimeout), CultureInfo.InvariantCulture, out double seconds)
            ? TimeSpan.FromSeconds(seconds)
            : DefaultStopTimeout;

    /// <summary>Starts a created container, or one that ended once more. Does nothing to one that runs.</summary>
    /// <exception cref="ContainerException">It cannot be started; the message says which step failed.</exception>
    public void Start() => engine.Start(this);

    /// <summary>Asks it to stop and waits; after the time it is ended. Does nothing to one that ended.</summary>
    /// <param name="timeout">How long to wait for it; <see langword="null"/>: its own, else 10 seconds.</param>
    /// <param name="signal">What asks it; <see langword="null"/>: its own, else SIGTERM.</param>
    /// <param name="cancellation">Stops waiting; the container is left as it is.</param>
    /// <exception cref="ContainerException">The signal could not be sent.</exception>
    public void Stop(TimeSpan? timeout = null, Signal? signal = null, CancellationToken cancellation = default)
    {
        using LiveProcess? process = LiveProcess.Open(Current);
        if (process is null)
        {
            // It may have ended just now: then its monitor is about to say how.
            if (HasExited && ExitCode is null)
                Settle(null);
            return;
        }
        RequireNotCaller(process.Pid);
        TimeSpan patience = timeout ?? StopTimeout;
        // A parked process has not become the command yet: nothing in it could heed a signal.
        if (State == ContainerStatus.Created || patience <= TimeSpan.Zero)
        {
            EndAll(process);
            return;
        }
        Deliver(process, signal ?? StopSignal);
        if (State == ContainerStatus.Paused)
            Resume();
        if (process.WaitForEnd(patience, cancellation))
            Settle(process);
        else
            EndAll(process);
    }

    /// <summary>Ends all its processes at once.</summary>
    /// <exception cref="ContainerException">They do not end.</exception>
    public void Kill()
    {
        using LiveProcess? process = LiveProcess.Open(Current);
        if (process is null)
            return;
        RequireNotCaller(process.Pid);
        EndAll(process);
    }

    /// <summary>Sends a signal to its first process.</summary>
    /// <exception cref="ContainerStateException">It does not run.</exception>
    /// <exception cref="SessionEndangeredException">This process is in it, and might end or stop with it.</exception>
    public void SendSignal(Signal signal)
    {
        using LiveProcess process = RequireLive("take signals");
        // What it does with any other is not known: it may end with it, and with it all that is in it.
        if (signal is not (Signal.Cont or Signal.Chld or Signal.Urg or Signal.Winch))
            RequireNotCaller(process.Pid);
        if (!Deliver(process, signal))
            throw NotRunning("take signals");
    }

    /// <summary>Freezes all its processes.</summary>
    /// <exception cref="ContainerStateException">It does not run.</exception>
    public void Suspend()
    {
        using LiveProcess process = RequireLive("be suspended");
        RequireNotCaller(process.Pid);
        if (Other is { } other)
            other.Pause();
        else
            RequireCgroup("suspended").Freeze();
    }

    /// <summary>Lets its processes run on.</summary>
    /// <exception cref="ContainerStateException">It does not run.</exception>
    public void Resume()
    {
        using LiveProcess process = RequireLive("be resumed");
        if (Other is { } other)
            other.Resume();
        else
            RequireCgroup("resumed").Thaw();
    }

    /// <summary>Stops it and starts it once more.</summary>
    /// <param name="timeout">As in <see cref="Stop"/>.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public void Restart(TimeSpan? timeout = null, CancellationToken cancellation = default)
    {
        Stop(timeout, null, cancellation);
        using WayOut? wayOut = OpenWayOut(cancellation);
        Start();
    }

    /// <summary>Removes what is left of it: state, cgroups, layers. Works on half-made containers too.</summary>
    /// <param name="force">Ends it first when it lives.</param>
    /// <param name="warn">Gets the failures of its poststop hooks.</param>
    /// <param name="cancellation">Stops waiting for another operation on it; what is begun is done.</param>
    /// <exception cref="ContainerStateException">It lives and <paramref name="force"/> is off.</exception>
    public void Remove(bool force = false, Action<string>? warn = null, CancellationToken cancellation = default)
    {
        if (!engine.Store.Exists(Id))
            return;
        if (!force && State is not (ContainerStatus.Exited or ContainerStatus.Dead))
        {
            throw new ContainerStateException(
                $"The container '{this}' is {State.ToString().ToLowerInvariant()}: only one that ended can be removed.",
                $"Stop it first (Stop-Container {this}), or end it with: Remove-Container {this} -Force")
            { Target = Name };
        }
        Kill();
        try
        {
            using StateLock? transition = Lock(cancellation);
            ContainerCleanup.Remove(engine.Store, Id, () => engine.Runtime.Path, warn);
        }
        catch (ContainerNotFoundException)
        {
            // Somebody else removed it meanwhile: so it is as asked.
        }
    }

    private StateLock? Lock(CancellationToken cancellation)
    {
        using WayOut? wayOut = OpenWayOut(cancellation);
        return engine.Store.TryLock(Id, wait: true);
    }

    // Several containers are worked on at the same time, each on a thread of its own, which has no way out of the cmdlet's.
    private static WayOut? OpenWayOut(CancellationToken cancellation) =>
        cancellation.CanBeCanceled ? WayOut.OfToken(cancellation) : null;

    // Whoever is in a container ends or freezes itself with it, and then nobody ends what is left or thaws it.
    private void RequireNotCaller(int init)
    {
        if (CallerSession.IsAncestor(init) || Cgroup?.GetProcessIds().Contains(Environment.ProcessId) == true)
        {
            throw new SessionEndangeredException(
                $"Will not end, stop or freeze the container '{this}': this process is in it.", "Do it from outside.")
            { Target = Name };
        }
    }

    // What another runtime calls the container's first process need not be the process that the command is in.
    private bool Deliver(LiveProcess process, Signal signal)
    {
        if (Other is not { } other)
            return Pidfd.SendSignal(process.Fd, (int)signal);
        other.Kill((int)signal);
        return true;
    }

    private void EndAll(LiveProcess process)
    {
        KillProcesses(process);
        if (!process.WaitForEnd(TimeSpan.FromSeconds(10), CancellationToken.None))
        {
            throw new ContainerStateException(
                $"The container '{this}' does not end although it was killed (pid {process.Pid}).",
                $"It waits inside the kernel, likely for a device: see /proc/{process.Pid}/stack.")
            { Target = Name };
        }
        Settle(process);
    }

    private void KillProcesses(LiveProcess process)
    {
        const int Kill = 9;
        Pidfd.SendSignal(process.Fd, Kill);
        // On v1 a frozen process does not even die.
        Cgroup? cgroup = Cgroup;
        if (State == ContainerStatus.Paused)
            cgroup?.Thaw();
        // The end of the first process ends all in its pid namespace; without one of its own the others have to be found.
        if (Spec?.Linux?.Namespaces?.Any(one => one.Type == "pid" && one.Path is null) != true)
            cgroup?.Kill();
    }

    private LiveProcess RequireLive(string what)
    {
        if (State is not (ContainerStatus.Created or ContainerStatus.Running or ContainerStatus.Paused))
            throw NotRunning(what);
        return LiveProcess.Open(Current) ?? throw NotRunning(what);
    }

    /// <summary>Its control group.</summary>
    /// <exception cref="ContainerStateException">It does not run.</exception>
    /// <exception cref="ControllerUnavailableException">It runs without one.</exception>
    public Cgroup GetCgroup() => RequireCgroup("limited, measured or listed");

    private Cgroup RequireCgroup(string what)
    {
        if (Cgroup is { } cgroup)
            return cgroup;
        if (LivePid is null)
            throw NotRunning($"be {what}");
        throw new ControllerUnavailableException(
            $"The container '{this}' has no control group and cannot be {what}.",
            "See with Test-ContainerHost why this user cannot make any, and start it again then.")
        { Target = Name };
    }

    private ContainerStateException NotRunning(string what) =>
        new($"The container '{this}' is {State.ToString().ToLowerInvariant()} and cannot {what}.",
            $"Start it with: Start-Container {this}")
        { Target = Name };
}
