using PSContainer.Cgroups;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Hooks;
using PSContainer.Kernel;
using PSContainer.Mounts;
using PSContainer.Network;
using PSContainer.Plan;
using PSContainer.Proc;
using PSContainer.Resctrl;
using PSContainer.Runtimes;
using PSContainer.Spec;
using PSContainer.State;

namespace PSContainer.Steps.Host;

/// <summary>The host half of a start: makes what lives outside the container, clones the init, and sees it through to execve.</summary>
/// <remarks>Either the container exists in the end, or nothing of it does.</remarks>
public sealed class ContainerStart : IDisposable
{
    private readonly StateStore _store;
    private readonly StartRequest _request;
    private readonly CgroupHost _cgroupHost;
    private readonly CgroupPlan _cgroupPlan;
    private readonly List<FileHandle> _namespaces = [];
    private ContainerCgroup? _cgroup;
    private StateLock? _lock;
    private FileHandle? _start, _result, _executable;
    private ContainerState? _state;
    private PendingFile? _pendingState;
    private InitProcess? _init;
    private readonly OciRuntime? _other;
    private readonly SystemdScope? _scope;
    private SeccompListener? _listener;
    private ResctrlGroup? _resctrl;
    private NetworkDeviceMove? _devices;
    private DeviceNodes? _nodes;
    private string? _resctrlRoot;
    private bool _claimed, _needsPoststop;

    private ContainerStart(StateStore store, StartRequest request)
    {
        _store = store;
        _request = request;
        _cgroupHost = CgroupHost.Current;
        // Only of a bundle that the module wrote: a client's must not name what root executes, nor what of the host is the root.
        if (request.Bundle == store.DirectoryOf(request.Id))
            _other = OciRuntime.Of(store, request.Id);
        else
            Annotation.RequireNoDirectories(request.Spec);
        if (_other is null)
            _request = request = UserNamespaceDefault.Complete(request);
        _scope = request.UsesSystemd ? SystemdScope.Plan(request.Spec.Linux?.CgroupsPath, request.Id) : null;
        string cgroupPath = _scope?.CgroupPath ?? CgroupPathOf(request);
        _cgroupPlan = CgroupPlan.Make(_cgroupHost, cgroupPath, request.Spec.Linux?.Resources, ManagementOf(request),
            isRealtime: request.Spec.Process?.Scheduler?.Policy is "SCHED_FIFO" or "SCHED_RR");
        PlanContext context = new PlanContextFactory(store).Make(request, cgroupPath, _cgroupPlan);
        SecurityModuleCheck.Require(request.Spec.Process, context);
        SecurityModuleCheck.RequireSelinux(request.Spec.Linux?.MountLabel);
        Plan = Planner.Plan(request.Spec, context);
        RootfsCheck.Require(request.Spec, request.Bundle);
        JoinedNamespaceCheck.Require(request.Spec);
        foreach (string warning in Plan.Warnings)
            request.Warn?.Invoke(warning);
        foreach (string note in Plan.Notes)
            request.Note?.Invoke(note);
    }

    /// <summary>What is done, in order.</summary>
    public StartPlan Plan { get; }

    /// <summary>Plans a start without touching anything.</summary>
    /// <exception cref="ContainerException">The configuration cannot be carried out here.</exception>
    public static ContainerStart Prepare(StateStore store, StartRequest request) => new(store, request);

    /// <summary>Carries the plan out.</summary>
    /// <returns>The init, whose descriptor the caller owns.</returns>
    /// <exception cref="ContainerException">A step failed; what had been made is gone again.</exception>
    public InitProcess Run()
    {
        try
        {
            if (_other is null && Plan.HasSeccompListener)
                Step("ConnectListener", () => _listener = SeccompListener.Connect(_request.Spec.Linux!.Seccomp!));
            if (_other is null && _request.Spec.Linux?.IntelRdt is not null)
                _resctrlRoot = ResctrlGroup.FindRoot();
            ClaimState();
            if (_other is not null)
                return _init = ForeignStart.Create(_store, _other, _request, _state!);
            if (_scope is not null)
                Step("StartScope", () => _scope.Start(_request.Id, _cgroupPlan));
            Step("MakeCgroup", () => _cgroup = ContainerCgroup.Create(_cgroupPlan));
            if (_request.Spec.Linux?.IntelRdt is { } rdt)
                Step("MakeResctrlGroup", () => _resctrl = ResctrlGroup.Make(_resctrlRoot!, rdt, _request.Id));
            OpenNamespaces();
            if (_request.Parks)
                MakeStartSocket();
            if (Plan.UsesInit)
                Step("OpenInit", () => _executable = Open(OwnExecutable(), Files.O_RDONLY | Files.O_CLOEXEC));
            Step("CloneInit", CloneInit);
            _scope?.Release();
            return _init!;
        }
        catch
        {
            Undo();
            throw;
        }
    }

    /// <summary>Closes what is open; the container stays.</summary>
    public void Dispose()
    {
        foreach (IDisposable? handle in new IDisposable?[] { _scope, _listener, _devices, _nodes, _pendingState, _cgroup, _start, _result, _executable, _lock })
            handle?.Dispose();
        _namespaces.ForEach(handle => handle.Dispose());
    }

    private static CgroupManagement ManagementOf(StartRequest request) =>
        request.UsesSystemd ? CgroupManagement.Systemd
        : request.Spec.Linux?.CgroupsPath is { Length: > 0 } path && path != CgroupPath.Default(request.Id) ? CgroupManagement.Engine
        : CgroupManagement.Own;

    private static string CgroupPathOf(StartRequest request) =>
        request.Spec.Linux?.CgroupsPath is { Length: > 0 } path ? path : CgroupPath.Default(request.Id);

    private void ClaimState()
    {
        string directory = _store.DirectoryOf(_request.Id);
        bool isOwnBundle = _request.Bundle == directory;
        Step("ClaimState", () =>
        {
            using FileHandle? held = isOwnBundle ? null : _store.Claim(_request.Id);
            if (isOwnBundle && _store.Read(_request.Id) is not null)
                throw new ContainerAlreadyExistsException(_request.Id);
            _claimed = true;
            _lock = _store.TryLock(_request.Id, wait: false)
                ?? throw new ContainerStateException($"Another command is at work on the container '{_request.Id}'.", "Wait for it to end.");
            _state = new ContainerState
            {
                OciVersion = _request.Spec.OciVersion,
                Id = _request.Id,
                BootId = Boot.Id,
                Bundle = _request.Bundle,
                Rootfs = RootfsCheck.PathOf(_request.Spec, _request.Bundle),
                MountsBefore = _other is null && _request.Spec.Linux?.Namespaces?.Any(static item => item.Type == "mount") != true
                    ? SharedRootMount.Count(RootfsCheck.PathOf(_request.Spec, _request.Bundle)) : null,
                Created = DateTimeOffset.UtcNow,
                Annotations = _request.Spec.Annotations,
                Cgroups = _other is null ? _cgroupPlan.Directories : [],
                Directories = OverlayDirectories(),
                SystemdUnit = _scope?.StateName ?? "",
                IsWithoutProcess = _other is null && _request.Spec.Process is null,
                Resctrl = _other is null && _request.Spec.Linux?.IntelRdt is { } rdt ? ResctrlGroup.Owned(_resctrlRoot!, rdt, _request.Id) : [],
                Hooks = _other is null ? LaterHooks(_request.Spec.Hooks) : null,
            };
            _store.WriteCreating(_state);
            if (!isOwnBundle)
                AtomicFile.Write(_store.FileOf(_request.Id, "config.json"), _request.Json);
            if (_other is null && _request.IsWatched && OomFile.PathOf(_cgroupHost, _cgroupPlan.Directories) is { } oomFile)
                AtomicFile.Write(_store.FileOf(_request.Id, "oom-file"), System.Text.Encoding.UTF8.GetBytes(oomFile));
            foreach (string mountPoint in Plan.MountPoints)
                Directory.CreateDirectory(mountPoint);
            _request.Claimed?.Invoke(directory);
        });
    }

    private static HooksSpec? LaterHooks(HooksSpec? hooks) =>
        hooks is { Poststart.Count: > 0 } or { Poststop.Count: > 0 } ? new HooksSpec { Poststart = hooks.Poststart, Poststop = hooks.Poststop } : null;

    // Only directories below our own data directory are ours to remove: an upper that the caller chose stays.
    private string[] OverlayDirectories() => DataDirectory.OwnedBy(_request.Id, _request.Spec.Annotations);

    private void OpenNamespaces()
    {
        foreach (NamespaceSpec item in Plan.Joined)
        {
            Step("OpenNamespace", () =>
            {
                _namespaces.Add(Open(item.Path!, Files.O_RDONLY | Files.O_NONBLOCK | Files.O_CLOEXEC));
                JoinedNamespaceCheck.Require(_request.Spec, item, _namespaces[^1]);
            });
        }
        if (Plan.TimeOffsets is { } offsets)
            Step("SetTimeOffsets", () => TimeNamespace.Prepare(offsets));
    }

    private void MakeStartSocket()
    {
        Step("MakeStartSocket", () =>
        {
            _start = StartSocket.Make(_store.DirectoryOf(_request.Id));
            _result = StartSocket.MakeResult(_store.FileOf(_request.Id, StartSocket.ResultName));
        });
    }

    private void CloneInit()
    {
        using var handshake = new ParentHandshake(_result);
        var descriptors = new ChildDescriptors
        {
            Socket = handshake.ChildSocket,
            Cgroups = _cgroup!.TaskFds,
            Namespaces = [.. _namespaces.Select(handle => handle.Fd)],
            Executable = _executable?.Fd ?? -1,
            Start = _start?.Fd ?? -1,
            Preserved = _request.PreservedFds,
            EndsWithRuntime = _request.EndsWithRuntime,
            Streams = _request.Streams?.Inside ?? ChildDescriptors.CallersOwn,
        };
        _init = CloneInto(handshake, descriptors);
        handshake.SeeThrough(Plan, _init, new ParentDuties
        {
            TakeTerminal = _request.TerminalReceiver,
            WhileBusy = WhileBusy,
            OpenSource = OpenSource,
            RunHooks = RunCreateHooks,
            TakeListener = _listener is null ? null : SendListener,
            OnReady = CommitState,
        });
        _store.ForgetCreating(_request.Id);
        if (_listener is not null)
            _store.ForgetWaiting(_request.Id);
        if (!_request.Parks)
            HookRunner.Run("poststart", _request.Spec.Hooks?.Poststart, HookState.Write(HookStateText.Running, _init.Pid),
                _request.Bundle, OwnExecutable);
    }

    // A user in a login session may not move anything into the scope that his own systemd made; that may, with root's systemd's
    // help. Only where the child waits for its ids anyway: until then it has done nothing that depends on its cgroup.
    private InitProcess CloneInto(ParentHandshake handshake, ChildDescriptors descriptors)
    {
        try
        {
            return handshake.Clone(Plan, descriptors, _cgroup!.UnifiedFd);
        }
        catch (ContainerStartException refused) when (refused.Errno == Errno.EACCES && _scope is not null && Plan.UidMappings is not null)
        {
            _init = handshake.Clone(Plan, descriptors, cgroup: -1);
            Step("JoinScope", () => _scope.Attach(_init.Pid));
            return _init;
        }
    }

    private nint OpenSource(ChildStep step)
    {
        if (step.Device is not null)
        {
            _nodes ??= new DeviceNodes(Plan, _store.DirectoryOf(_request.Id));
            nint node = -1;
            Step("MakeDeviceNode", () => node = _nodes.Take(_init!.Pid, step));
            return node;
        }
        if (step.IdMapped is not { } mapped)
            return HostSource.Open(_init!.Pid, step);
        nint made = -1;
        Step("MapMountIds", () => made = IdMappedBind.Make(_init!.Pid, step, mapped).Release());
        return made;
    }

    // Only the executable starts containers, and its own file may be one that nobody else finds.
    private static string OwnExecutable() => "/proc/self/exe";

    private HookStateText HookState => HookStateText.Of(_state!);

    private void SendListener(int descriptor) => Step("SendListener", () =>
    {
        // From here on it may wait for whoever answers its calls, and not for our word: without us it does not end.
        _store.WriteWaiting(_request.Id, _init!.Pid);
        _listener!.Send(descriptor, _init.Pid, HookState, HookStateText.Creating, _init.Pid);
    });

    private void RunCreateHooks()
    {
        _needsPoststop = true;
        byte[] state = HookState.Write(HookStateText.Created, _init!.Pid);
        HookRunner.Run("prestart", _request.Spec.Hooks!.Prestart, state, _request.Bundle, OwnExecutable);
        HookRunner.Run("createRuntime", _request.Spec.Hooks.CreateRuntime, state, _request.Bundle, OwnExecutable);
    }

    private void WhileBusy()
    {
        PrepareState();
        if (_resctrl is not null)
            Step("JoinResctrlGroup", () => _resctrl.Add(_init!.Pid));
        if (_request.Spec.Linux?.NetDevices is { Count: > 0 } devices)
        {
            // A new namespace is there since the clone; one that is joined is only entered by and by.
            string? joined = _request.Spec.Linux.Namespaces?.FirstOrDefault(item => item.Type == "network")?.Path;
            Step("MoveNetworkDevice", () => _devices = new NetworkDeviceMove(joined ?? $"/proc/{_init!.Pid}/ns/net"));
            _devices!.MoveIn(devices);
        }
    }

    // While the child is at work; one that has ended already says itself why.
    private void PrepareState() => Step("SaveState", () =>
    {
        if (ProcessStat.StartTimeOf(_init!.Pid) is { } startTime)
            _pendingState = _store.Prepare(_state! with { Pid = _init.Pid, PidStartTime = startTime });
    });

    private void CommitState() => Step("SaveState", () =>
    {
        if (_pendingState is null)
            throw new ContainerStartException("The container's init ended while it was being set up.");
        _pendingState.Commit();
        _needsPoststop = true;
        if (_request.PidFile is { } pidFile)
            AtomicFile.Write(pidFile, System.Text.Encoding.ASCII.GetBytes($"{_init!.Pid}"));
        _request.ProcessReceiver?.Invoke(_init!.PidFd);
    });

    private void Undo()
    {
        if (_init is not null)
        {
            // While their namespace lives: with it the kernel would end those that are no hardware.
            TryMoveBack();
            Pidfd.KillAndWait(_init.PidFd);
            _init.Dispose();
            TryUnmount();
        }
        _cgroup?.Undo();
        UndoScope();
        _resctrl?.Undo();
        _pendingState?.Dispose();
        // Before the state goes, since removing takes descriptors, and a lack of them may be what failed.
        Dispose();
        if (_claimed)
            RemoveState();
        // What the hooks of create have made, those of poststop remove.
        if (_needsPoststop)
            HookRunner.RunEach("poststop", _request.Spec.Hooks?.Poststop, HookState.Write(HookStateText.Stopped, 0),
                _request.Bundle, OwnExecutable, _request.Warn);
    }

    private void TryUnmount()
    {
        try
        {
            SharedRootMount.Remove(_state?.Rootfs ?? "", _state?.MountsBefore);
        }
        catch (ContainerException failure)
        {
            _request.Warn?.Invoke(failure.Message);
        }
    }

    private void TryMoveBack()
    {
        try
        {
            _devices?.MoveBack();
        }
        catch (ContainerException failure)
        {
            _request.Warn?.Invoke(failure.Message);
        }
    }

    private void UndoScope()
    {
        try
        {
            _scope?.Undo();
        }
        catch (ContainerException)
        {
            // As below; and a scope without processes goes by itself.
        }
    }

    private void RemoveState()
    {
        try
        {
            ContainerCleanup.RemoveState(_store, _request.Id, keepsConfiguration: _request.Bundle == _store.DirectoryOf(_request.Id));
        }
        catch (ContainerException)
        {
            // What made the start fail is worth more to the caller. The container is listed as a dead one, which delete removes.
        }
    }

    private static FileHandle Open(string path, int flags) =>
        new((int)Syscall.Check(Files.openat(Files.AT_FDCWD, path, flags), "openat", path));

    // What fails on the host's side gets the name of its step.
    private static void Step(string name, Action action)
    {
        try
        {
            action();
        }
        catch (ContainerException failure) when (failure.Step is null)
        {
            throw StepNames.Add(failure, name);
        }
    }
}
