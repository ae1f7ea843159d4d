using PSContainer.Cgroups;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Hooks;
using PSContainer.Kernel;
using PSContainer.Plan;
using PSContainer.Programs;
using PSContainer.Runtimes;
using PSContainer.Spec;
using PSContainer.State;

namespace PSContainer.Steps.Host;

/// <summary>What <c>exec</c> is asked to do.</summary>
public sealed record ExecRequest
{
    /// <summary>The container's id.</summary>
    public required string Id { get; init; }

    /// <summary>The process.</summary>
    public required ProcessSpec Process { get; init; }

    /// <inheritdoc cref="StartRequest.PreservedFds"/>
    public int PreservedFds { get; init; }

    /// <inheritdoc cref="StartRequest.EndsWithRuntime"/>
    public bool EndsWithRuntime { get; init; }

    /// <inheritdoc cref="StartRequest.PidFile"/>
    public string? PidFile { get; init; }

    /// <summary>Cgroups below the container's that it begins in; none: the container's own.</summary>
    public IReadOnlyList<SubCgroup> SubCgroups { get; init; } = [];

    /// <summary>Whether a paused container is entered too, where the process waits until the container is resumed.</summary>
    public bool EntersPaused { get; init; }

    /// <summary>Gets the plan before anything is done; <see langword="null"/>: nobody wants it.</summary>
    public Action<StartPlan>? OnPlan { get; init; }

    /// <inheritdoc cref="StartRequest.ProcessReceiver"/>
    public Action<int>? ProcessReceiver { get; init; }

    /// <inheritdoc cref="StartRequest.Streams"/>
    public CallerStreams? Streams { get; init; }

    /// <inheritdoc cref="StartRequest.TerminalReceiver"/>
    public Action<int>? TerminalReceiver { get; init; }

    /// <inheritdoc cref="StartRequest.Warn"/>
    public Action<string>? Warn { get; init; }

    /// <inheritdoc cref="StartRequest.Note"/>
    public Action<string>? Note { get; init; }
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
        try
        {
            return Clone(store, request);
        }
        catch (ContainerException failure) when (failure.Step is null)
        {
            throw StepNames.Add(failure, "CloneProcess");
        }
    }

    private static InitProcess Clone(StateStore store, ExecRequest request)
    {
        ContainerState? state = store.Read(request.Id);
        using FileHandle init = OpenInit(store, request, state);
        if (OciRuntime.Of(store, request.Id) is { } other)
            return ForeignStart.Execute(store, other, request);
        ContainerSpec spec = store.ReadSpec(request.Id)
            ?? throw new ContainerStateException($"The configuration of the container '{request.Id}' cannot be read.", "Remove the container and make it anew.");
        LinuxSpec linux = spec.Linux ?? new LinuxSpec();
        using ContainerCgroup cgroup = ContainerCgroup.Open(
            CgroupHost.Current, SubCgroup.Resolve(CgroupHost.Current, state!.Cgroups, request.SubCgroups), request.SubCgroups.Count > 0 ? 0 : state.Pid);
        PlanContext context = new PlanContextFactory(store).ForProcess(request.Id, spec);
        SecurityModuleCheck.Require(request.Process, context);
        int namespaces = NamespaceDifference.Of(state.Pid, init, request.Id);
        bool sharesMounts = linux.Namespaces?.Any(static item => item.Type == "mount") != true;
        StartPlan plan = ExecPlanner.Plan(request.Process, linux, context, namespaces, cgroup.TaskFds.Count > 0, sharesMounts ? state.Rootfs : null);
        request.OnPlan?.Invoke(plan);

        foreach (string warning in plan.Warnings)
            request.Warn?.Invoke(warning);
        foreach (string note in plan.Notes)
            request.Note?.Invoke(note);
        using SeccompListener? listener = plan.HasSeccompListener ? SeccompListener.Connect(linux.Seccomp!) : null;
        if (plan.InitialAffinity is { } cpus)
            SetAffinity(cpus);
        using var handshake = new ParentHandshake();
        var descriptors = new ChildDescriptors
        {
            Socket = handshake.ChildSocket,
            Cgroups = cgroup.TaskFds,
            Namespaces = [init.Fd],
            Preserved = request.PreservedFds,
            EndsWithRuntime = request.EndsWithRuntime,
            Streams = request.Streams?.Inside ?? ChildDescriptors.CallersOwn,
        };
        InitProcess process = handshake.Clone(plan, descriptors, cgroup.UnifiedFd);
        try
        {
            handshake.SeeThrough(plan, process, new ParentDuties
            {
                TakeTerminal = request.TerminalReceiver,
                TakeListener = listener is null ? null : fd => listener.Send(fd, process.Pid, HookStateText.Of(state), HookStateText.Running, state.Pid),
                OnReady = () =>
                {
                    WritePid(request.PidFile, process.Pid);
                    request.ProcessReceiver?.Invoke(process.PidFd);
                },
            });
            return process;
        }
        catch
        {
            Pidfd.KillAndWait(process.PidFd);
            process.Dispose();
            throw;
        }
    }

    // This process is the one that the child is cloned from, and it runs nothing else.
    private static unsafe void SetAffinity(byte[] cpus)
    {
        fixed (byte* mask = cpus)
        {
            nint result = Syscall.Call(SyscallNumber.sched_setaffinity, 0, cpus.Length, (nint)mask);
            if (result < 0)
                throw StepNames.Add(Syscall.Failure((int)-result, "sched_setaffinity", "process.execCPUAffinity.initial"), "SetAffinity");
        }
    }

    private static FileHandle OpenInit(StateStore store, ExecRequest request, ContainerState? state)
    {
        string id = request.Id;
        // Opened first, asked then: from here on the descriptor is this init or none.
        FileHandle? init = state is { Pid: > 0 } ? Pidfd.Open(state.Pid) : null;
        ContainerStatus status = store.StatusOf(id, state);
        bool isFit = status is ContainerStatus.Created or ContainerStatus.Running || (status == ContainerStatus.Paused && request.EntersPaused);
        if (init is not null && isFit)
            return init;
        init?.Dispose();
        throw new ContainerStateException(
            $"cannot exec in a {StatusWord.Of(status)} container: '{id}' must run.",
            status == ContainerStatus.Paused ? $"Let it go on with: {Advice.Resume(id)}" : "Start it first.")
        { Target = id };
    }

    private static void WritePid(string? file, int pid)
    {
        if (file is not null)
            AtomicFile.Write(file, System.Text.Encoding.ASCII.GetBytes($"{pid}"));
    }
}
