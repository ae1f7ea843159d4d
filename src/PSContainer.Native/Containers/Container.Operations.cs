namespace PSContainer;

public sealed partial class Container
{
    /// <summary>Starts a created container, or one that ended once more. Does nothing to one that runs.</summary>
    /// <exception cref="ContainerException">It cannot be started; the message says which step failed.</exception>
    public void Start() => engine.Start(this);

    /// <summary>Asks it to stop and waits; after the time it is ended. Does nothing to one that ended.</summary>
    /// <param name="timeout">How long to wait for it; <see langword="null"/>: its own, else 10 seconds.</param>
    /// <param name="signal">What asks it; <see langword="null"/>: its own, else SIGTERM.</param>
    /// <param name="cancellation">Stops waiting; the container is left as it is.</param>
    /// <exception cref="ContainerException">The signal could not be sent.</exception>
    public void Stop(TimeSpan? timeout = null, Signal? signal = null, CancellationToken cancellation = default) =>
        throw new NotImplementedException();

    /// <summary>Ends all its processes at once.</summary>
    public void Kill() => throw new NotImplementedException();

    /// <summary>Sends a signal to its first process.</summary>
    /// <exception cref="ContainerStateException">It does not run.</exception>
    public void SendSignal(Signal signal) => throw new NotImplementedException();

    /// <summary>Freezes all its processes.</summary>
    /// <exception cref="ContainerStateException">It does not run.</exception>
    public void Suspend() => throw new NotImplementedException();

    /// <summary>Lets its processes run on.</summary>
    /// <exception cref="ContainerStateException">It does not run.</exception>
    public void Resume() => throw new NotImplementedException();

    /// <summary>Stops it and starts it once more.</summary>
    /// <param name="timeout">As in <see cref="Stop"/>.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public void Restart(TimeSpan? timeout = null, CancellationToken cancellation = default)
    {
        Stop(timeout, null, cancellation);
        Start();
    }

    /// <summary>Removes what is left of it: state, cgroups, layers. Works on half-made containers too.</summary>
    /// <param name="force">Ends it first when it lives.</param>
    /// <exception cref="ContainerStateException">It lives and <paramref name="force"/> is off.</exception>
    public void Remove(bool force = false) => throw new NotImplementedException();

    /// <summary>Waits until the conditions come true.</summary>
    /// <param name="conditions">What to wait for; none means <see cref="WaitCondition.Exit"/>.</param>
    /// <param name="any">Whether one of them is enough.</param>
    /// <param name="timeout">How long; <see langword="null"/>: for ever.</param>
    /// <param name="interval">How often what cannot be waited for is looked at; <see langword="null"/>: 100 milliseconds.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="WaitTimeoutException">The time ran out.</exception>
    /// <exception cref="ContainerExitedException">It ended while something else was waited for.</exception>
    public void Wait(
        IReadOnlyList<WaitCondition> conditions, bool any = false, TimeSpan? timeout = null, TimeSpan? interval = null,
        CancellationToken cancellation = default) => throw new NotImplementedException();

    /// <summary>Waits until it ended.</summary>
    /// <returns>Its exit code.</returns>
    /// <exception cref="WaitTimeoutException">The time ran out.</exception>
    public int WaitForExit(TimeSpan? timeout = null, CancellationToken cancellation = default) => throw new NotImplementedException();

    /// <summary>Its processes, all of the cgroup, as the host sees them. Nothing is executed.</summary>
    public IReadOnlyList<ContainerProcess> GetProcesses() => throw new NotImplementedException();

    /// <summary>What it uses now.</summary>
    /// <exception cref="ContainerStateException">It has no cgroup any more.</exception>
    public ContainerUsage Measure() => throw new NotImplementedException();

    /// <summary>Reads back from the kernel what is in force and compares it with what was asked.</summary>
    /// <exception cref="ContainerStateException">It does not run.</exception>
    public IReadOnlyList<ContainerCheck> Audit() => throw new NotImplementedException();

    /// <summary>The program that executes a command in it with the caller's own streams; its exit code is the command's.</summary>
    /// <exception cref="ContainerException">The options are wrong, or the container does not run.</exception>
    public NativeCommand PrepareExec(ExecOptions options) => throw new NotImplementedException();

    /// <summary>Executes a command in it in the background, with a log of its own.</summary>
    /// <exception cref="ContainerException">It could not be executed.</exception>
    public ContainerProcess StartProcess(ExecOptions options) => throw new NotImplementedException();

    /// <summary>Copies a file or tree of the host into it. Links of the container are resolved inside its root.</summary>
    /// <param name="source">A path on the host.</param>
    /// <param name="destination">A path inside; a directory that exists receives the source under its own name.</param>
    /// <param name="copy">Owner and mode of what is copied.</param>
    public void CopyTo(string source, string destination, CopyOptions? copy = null) => throw new NotImplementedException();

    /// <summary>Copies a file or tree out of it. Links of the container are resolved inside its root.</summary>
    /// <param name="source">A path inside.</param>
    /// <param name="destination">A path on the host; a directory that exists receives the source under its own name.</param>
    /// <param name="copy">Owner and mode of what is copied.</param>
    public void CopyFrom(string source, string destination, CopyOptions? copy = null) => throw new NotImplementedException();
}
