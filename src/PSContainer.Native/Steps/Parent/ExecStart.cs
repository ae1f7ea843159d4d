using PSContainer.Cgroups;
using PSContainer.Kernel;
using PSContainer.Plan;
using PSContainer.Spec;
using PSContainer.State;

namespace PSContainer.Steps.Parent;

/// <summary>What <c>exec</c> is asked to do.</summary>
public sealed record ExecRequest
{
    /// <summary>The container's id.</summary>
    public required string Id { get; init; }

    /// <summary>The process.</summary>
    public required ProcessSpec Process { get; init; }

    /// <inheritdoc cref="StartRequest.PreservedFds"/>
    public int PreservedFds { get; init; }

    /// <inheritdoc cref="StartRequest.PidFile"/>
    public string? PidFile { get; init; }

    /// <inheritdoc cref="StartRequest.TerminalReceiver"/>
    public Action<int>? TerminalReceiver { get; init; }
}

/// <summary>The host half of entering a running container.</summary>
public static class ExecStart
{
    /// <summary>Runs a command in a running container.</summary>
    /// <returns>The process, whose descriptor the caller owns.</returns>
    /// <exception cref="ContainerStateException">The container does not run.</exception>
    /// <exception cref="ContainerException">A step failed; no process is left.</exception>
    public static InitProcess Run(StateStore store, ExecRequest request)
    {
        ContainerState? state = store.Read(request.Id);
        using FileHandle init = OpenInit(store, request.Id, state);
        ContainerSpec spec = store.ReadSpec(request.Id)
            ?? throw new ContainerStateException($"The configuration of the container '{request.Id}' cannot be read.", "Remove the container and make it anew.");
        LinuxSpec linux = spec.Linux ?? new LinuxSpec();
        using ContainerCgroup cgroup = ContainerCgroup.Open(CgroupHost.Current, state!.Cgroups, state.Pid);
        var context = new PlanContextFactory(store).ForProcess(request.Id, linux);
        StartPlan plan = ExecPlanner.Plan(request.Process, linux, context, NamespaceDifference.Of(state.Pid), cgroup.TaskFds.Count > 0);

        using var handshake = new ParentHandshake();
        var descriptors = new ChildDescriptors
        {
            Socket = handshake.ChildSocket,
            Cgroups = cgroup.TaskFds,
            Namespaces = [init.Fd],
            Preserved = request.PreservedFds,
        };
        InitProcess process = handshake.Clone(plan, descriptors, cgroup.UnifiedFd);
        try
        {
            handshake.SeeThrough(plan, process, request.TerminalReceiver, () => { }, () => WritePid(request.PidFile, process.Pid));
            return process;
        }
        catch
        {
            Pidfd.SendSignal(process.PidFd, 9);
            Pidfd.Wait(process.PidFd);
            process.Dispose();
            throw;
        }
    }

    private static FileHandle OpenInit(StateStore store, string id, ContainerState? state)
    {
        // Opened first, asked then: from here on the descriptor is this init or none.
        FileHandle? init = state is { Pid: > 0 } ? Pidfd.Open(state.Pid) : null;
        ContainerStatus status = store.StatusOf(id, state);
        if (init is not null && status is ContainerStatus.Created or ContainerStatus.Running)
            return init!;
        init?.Dispose();
        throw new ContainerStateException(
            $"The container '{id}' is {status.ToString().ToLowerInvariant()}: a command needs a running one.",
            status == ContainerStatus.Paused ? "Let it go on with: Resume-Container" : "Start it first.")
        { Target = id };
    }

    private static void WritePid(string? file, int pid)
    {
        if (file is not null)
            AtomicFile.Write(file, System.Text.Encoding.ASCII.GetBytes($"{pid}"));
    }
}
