using PSContainer.Cgroups;
using PSContainer.Kernel;
using PSContainer.Plan;
using PSContainer.Spec;
using PSContainer.State;

namespace PSContainer.Steps.Parent;

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
    private bool _claimed;

    private ContainerStart(StateStore store, StartRequest request)
    {
        _store = store;
        _request = request;
        _cgroupHost = CgroupHost.Current;
        string cgroupPath = CgroupPathOf(request);
        _cgroupPlan = CgroupPlan.Make(_cgroupHost, cgroupPath, request.Spec.Linux?.Resources);
        Plan = Planner.Plan(request.Spec, new PlanContextFactory(store).Make(request, cgroupPath, _cgroupPlan));
        RootfsCheck.Require(request.Spec, request.Bundle);
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
            ClaimState();
            Step("MakeCgroup", () => _cgroup = ContainerCgroup.Create(_cgroupPlan));
            OpenNamespaces();
            if (_request.Parks)
                MakeFifos();
            if (Plan.UsesInit)
                Step("OpenInit", () => _executable = Open("/proc/self/exe", Files.O_RDONLY | Files.O_CLOEXEC));
            CloneInit();
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
        foreach (IDisposable? handle in new IDisposable?[] { _pendingState, _cgroup, _start, _result, _executable, _lock })
            handle?.Dispose();
        _namespaces.ForEach(handle => handle.Dispose());
    }

    private static string CgroupPathOf(StartRequest request) =>
        request.Spec.Linux?.CgroupsPath is { Length: > 0 } path ? path : CgroupPath.Default(request.Id);

    private void ClaimState()
    {
        string directory = _store.DirectoryOf(_request.Id);
        bool isOwnBundle = _request.Bundle == directory;
        Step("ClaimState", () =>
        {
            if (!isOwnBundle)
                _store.Claim(_request.Id);
            else if (_store.Read(_request.Id) is not null)
                throw new ContainerAlreadyExistsException(_request.Id);
            _claimed = true;
            _lock = _store.TryLock(_request.Id, wait: false)
                ?? throw new ContainerStateException($"Another command is at work on the container '{_request.Id}'.", "Wait for it to end.");
            _state = new ContainerState
            {
                OciVersion = _request.Spec.OciVersion,
                Id = _request.Id,
                Bundle = _request.Bundle,
                Rootfs = RootfsCheck.PathOf(_request.Spec, _request.Bundle),
                Created = DateTimeOffset.UtcNow,
                Annotations = _request.Spec.Annotations,
                Cgroups = _cgroupPlan.Directories,
                Directories = OverlayDirectories(),
            };
            _store.WriteCreating(_state);
            if (!isOwnBundle)
                AtomicFile.Write(_store.FileOf(_request.Id, "config.json"), _request.Json);
            if (_request.IsWatched && OomFile.PathOf(_cgroupHost, _cgroupPlan.Directories) is { } oomFile)
                AtomicFile.Write(_store.FileOf(_request.Id, "oom-file"), System.Text.Encoding.UTF8.GetBytes(oomFile));
            foreach (string mountPoint in Plan.MountPoints)
                Directory.CreateDirectory(mountPoint);
        });
    }

    // Only directories below our own data directory are ours to remove: an upper that the caller chose stays.
    private string[] OverlayDirectories() => DataDirectory.OwnedBy(_request.Id, _request.Spec.Annotations);

    private void OpenNamespaces()
    {
        foreach (NamespaceSpec item in Plan.Joined)
            Step("OpenNamespace", () => _namespaces.Add(Open(item.Path!, Files.O_RDONLY | Files.O_CLOEXEC)));
        if (Plan.TimeOffsets is { } offsets)
            Step("SetTimeOffsets", () => TimeNamespace.Prepare(offsets));
    }

    private void MakeFifos()
    {
        Step("MakeStartFifo", () =>
        {
            _start = StartFifo.Make(_store.FileOf(_request.Id, StartFifo.StartName));
            _result = StartFifo.Make(_store.FileOf(_request.Id, StartFifo.ResultName));
        });
    }

    private void CloneInit()
    {
        using var handshake = new ParentHandshake();
        var descriptors = new ChildDescriptors
        {
            Socket = handshake.ChildSocket,
            Cgroups = _cgroup!.TaskFds,
            Namespaces = [.. _namespaces.Select(handle => handle.Fd)],
            Executable = _executable?.Fd ?? -1,
            Start = _start?.Fd ?? -1,
            Result = _result?.Fd ?? -1,
            Lock = _lock!.Fd,
            Preserved = _request.PreservedFds,
        };
        _init = handshake.Clone(Plan, descriptors, _cgroup.UnifiedFd);
        handshake.SeeThrough(Plan, _init, _request.TerminalReceiver, PrepareState, CommitState);
        _store.ForgetCreating(_request.Id);
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
        if (_request.PidFile is { } pidFile)
            AtomicFile.Write(pidFile, System.Text.Encoding.ASCII.GetBytes($"{_init!.Pid}"));
    });

    private void Undo()
    {
        if (_init is not null)
        {
            Pidfd.SendSignal(_init.PidFd, 9);
            Pidfd.Wait(_init.PidFd);
            _init.Dispose();
        }
        _cgroup?.Undo();
        _pendingState?.Dispose();
        // Before the state goes, since removing takes descriptors, and a lack of them may be what failed.
        Dispose();
        if (_claimed)
            RemoveState();
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
