using System.Globalization;
using PSContainer.Cgroups;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Cgroups.Limits;
using PSContainer.Freestanding;
using PSContainer.Kernel;
using PSContainer.Spec;
using PSContainer.State;
using PSContainer.Systemd;

namespace PSContainer.Steps.Host;

/// <summary>The transient scope of a container: systemd makes its cgroup, and we work below it (Delegate=yes).</summary>
/// <remarks>
/// A scope begins with a process and ends with its last. So that the container's own need not be moved there, which waits for
/// an RCU grace period, a child of ours that does nothing holds the scope until the container has been cloned into it.
/// </remarks>
public sealed unsafe class SystemdScope : IDisposable
{
    private readonly SystemdManager _manager;
    private readonly ScopeName _name;
    private int _holder, _holderFd = -1, _release = -1;
    private bool _started;

    private SystemdScope(SystemdManager manager, ScopeName name)
    {
        _manager = manager;
        _name = name;
        CgroupPath = $"{manager.ControlGroup()}{name.SlicePath}/{name.Unit}";
    }

    /// <summary>The cgroup, from the root of each hierarchy.</summary>
    internal string CgroupPath { get; }

    /// <summary>How the state names it: the unit, with <c>user:</c> before one of a user's own systemd.</summary>
    internal string StateName => _manager.IsUser ? $"user:{_name.Unit}" : _name.Unit;

    /// <summary>Finds out what the scope of a container will be. Nothing is made.</summary>
    /// <exception cref="ContainerException">There is no systemd, or the path is none.</exception>
    internal static SystemdScope Plan(string? cgroupsPath, string id)
    {
        bool isUser = SystemdManager.IsForUser;
        var name = ScopeName.Parse(cgroupsPath, id, isUser);
        SystemdManager manager = SystemdManager.Connect(isUser);
        try
        {
            return new SystemdScope(manager, name);
        }
        catch
        {
            manager.Dispose();
            throw;
        }
    }

    /// <summary>Starts it, with the container's limits.</summary>
    /// <exception cref="ContainerException">It could not be started; nothing is left.</exception>
    internal void Start(string id, CgroupPlan plan)
    {
        StartHolder();
        List<UnitProperty> properties =
        [
            UnitProperty.Text("Description", $"Container {id}"),
            UnitProperty.Text("Slice", _name.Slice),
            UnitProperty.Pids((uint)_holder),
            UnitProperty.Switch("Delegate", true),
            UnitProperty.Switch("DefaultDependencies", false),
            UnitProperty.Switch("MemoryAccounting", true),
            UnitProperty.Switch("CPUAccounting", true),
            UnitProperty.Switch(plan.Host.Mode == CgroupMode.Unified ? "IOAccounting" : "BlockIOAccounting", true),
            UnitProperty.Switch("TasksAccounting", true),
            // A container that was killed leaves no unit behind.
            UnitProperty.Text("CollectMode", "inactive-or-failed"),
            .. LimitProperties.Of(plan.Writes),
        ];
        // A user's systemd can close devices as little as the user can.
        if (!_manager.IsUser)
            properties.AddRange(LimitProperties.OfDevices(plan.Devices, DeviceDrivers.Read()));
        _manager.Start(_name.Unit, properties);
        _started = true;
    }

    /// <summary>Moves a process into it.</summary>
    /// <exception cref="ContainerException">systemd refused.</exception>
    internal void Attach(int pid) => _manager.Attach(_name.Unit, (uint)pid);

    /// <summary>Lets the scope be held by what is in it.</summary>
    internal void Release()
    {
        if (_release >= 0)
            Raw.Close(_release);
        _release = -1;
        if (_holderFd >= 0)
        {
            Pidfd.Wait(_holderFd);
            Raw.Close(_holderFd);
        }
        _holderFd = -1;
    }

    /// <summary>Ends it, of a start that failed.</summary>
    internal void Undo()
    {
        Release();
        if (_started)
            _manager.Stop(_name.Unit);
        _started = false;
    }

    /// <summary>Changes the limits of a running container's scope; without one, nothing is to be done.</summary>
    /// <exception cref="ContainerException">systemd refused.</exception>
    public static void Update(ContainerState state, ResourcesSpec resources)
    {
        if (state.SystemdUnit.Length == 0 || LimitProperties.Of(LimitTranslator.Translate(CgroupHost.Current, resources)) is not { Count: > 0 } properties)
            return;
        (string unit, bool isUser) = Parse(state);
        using SystemdManager manager = SystemdManager.Connect(isUser);
        manager.Set(unit, properties);
    }

    /// <summary>Has the scope of a container that ended go; without one, nothing is to be done.</summary>
    internal static void Stop(ContainerState? state)
    {
        if (state is not { SystemdUnit.Length: > 0 })
            return;
        (string unit, bool isUser) = Parse(state);
        try
        {
            using SystemdManager manager = SystemdManager.Connect(isUser);
            manager.Stop(unit);
        }
        catch (ContainerException)
        {
            // A scope without processes goes by itself; its cgroup is removed with the container's in any case.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        _manager.Dispose();
    }

    private static (string Unit, bool IsUser) Parse(ContainerState state)
    {
        const string User = "user:";
        bool isUser = state.SystemdUnit.StartsWith(User, StringComparison.Ordinal);
        return (isUser ? state.SystemdUnit[User.Length..] : state.SystemdUnit, isUser);
    }

    // It waits for the end of a pipe, and so ends with us however we end.
    private void StartHolder()
    {
        int* ends = stackalloc int[2];
        Syscall.Check(Syscall.Call(SyscallNumber.pipe2, (nint)ends, Files.O_CLOEXEC), "pipe2");
        int pid = Processes.Fork(out int pidFd);
        if (pid == 0)
        {
            Raw.Close(ends[1]);
            byte end;
            Raw.Read(ends[0], &end, 1);
            Raw.Exit(0);
        }
        Raw.Close(ends[0]);
        _release = ends[1];
        _holder = (int)Syscall.Check(pid, "clone3", "the scope's first process");
        _holderFd = pidFd;
    }
}
