using System.Globalization;
using PSContainer.Kernel;

namespace PSContainer.Systemd;

/// <summary>systemd over D-Bus, org.freedesktop.systemd1(5): the host's for root, a user's own for a user.</summary>
internal sealed class SystemdManager : IDisposable
{
    private const string Service = "org.freedesktop.systemd1", ObjectPath = "/org/freedesktop/systemd1", Manager = $"{Service}.Manager";
    private readonly DBusConnection _bus;

    private SystemdManager(DBusConnection bus, bool isUser)
    {
        _bus = bus;
        IsUser = isUser;
    }

    /// <summary>Whether it is a user's own.</summary>
    public bool IsUser { get; }

    /// <summary>Whether the caller's systemd is a user's own: also for the root of a user namespace.</summary>
    public static bool IsForUser => Files.geteuid() != 0 || UserNamespace.IsInside;

    /// <summary>Connects to the caller's systemd.</summary>
    /// <param name="isUser">To a user's own.</param>
    /// <exception cref="ContainerException">There is none, or it lets nobody in.</exception>
    public static SystemdManager Connect(bool isUser)
    {
        (string Path, bool IsBus)[] ways = isUser ? UserWays() : SystemWays();
        foreach ((string path, bool isBus) in ways)
        {
            if (Path.Exists(path) && TryOpen(path, isBus) is { } bus)
                return new SystemdManager(bus, isUser);
        }
        throw new ContainerException(
            isUser
                ? "systemd does not run for this user, so it cannot manage cgroups."
                : "systemd does not run on this host, so it cannot manage cgroups.",
            isUser
                ? "Log in to a session of this user (loginctl enable-linger), or use --cgroup-manager cgroupfs."
                : "Leave out --systemd-cgroup, or use --cgroup-manager cgroupfs.")
        { Step = "ConnectSystemd", Target = ways.Length > 0 ? ways[0].Path : "XDG_RUNTIME_DIR" };
    }

    /// <summary>The cgroup that all units of this systemd are below; empty for the root.</summary>
    public string ControlGroup() => _bus.Call(Service, ObjectPath, "org.freedesktop.DBus.Properties", "Get", "ss", body =>
    {
        body.Text(Manager);
        body.Text("ControlGroup");
    }).VariantText().TrimEnd('/');

    /// <summary>Starts a transient unit and waits until it is there.</summary>
    /// <exception cref="ContainerAlreadyExistsException">There is a unit of that name.</exception>
    /// <exception cref="ContainerException">systemd refused or failed.</exception>
    public void Start(string unit, IReadOnlyList<UnitProperty> properties)
    {
        // A signal of the job's end must not come before somebody listens.
        _bus.Call(Service, ObjectPath, Manager, "Subscribe", "", _ => { });
        AddMatch();
        string job;
        try
        {
            job = Start(unit, properties, "fail");
        }
        catch (DBusCallException refused) when (refused.Name == $"{Service}.UnitExists")
        {
            // One that failed and was kept has no processes: it may go.
            Reset(unit);
            job = Start(unit, properties, "fail");
        }
        while (true)
        {
            DBusMessage removed = _bus.WaitForSignal("JobRemoved");
            removed.UInt32();
            if (removed.Text() != job)
                continue;
            removed.Text();
            string result = removed.Text();
            if (result != "done")
                throw new ContainerStartException($"systemd could not start '{unit}': the job ended as '{result}'.", $"See: systemctl status {unit}") { Target = unit };
            return;
        }
    }

    /// <summary>Changes properties of a unit until the next boot.</summary>
    /// <exception cref="ContainerException">systemd refused.</exception>
    public void Set(string unit, IReadOnlyList<UnitProperty> properties) =>
        _bus.Call(Service, ObjectPath, Manager, "SetUnitProperties", "sba(sv)", body =>
        {
            body.Text(unit);
            body.Boolean(true);
            UnitProperty.WriteAll(body, properties);
        });

    /// <summary>Moves a process into a delegated unit.</summary>
    /// <exception cref="ContainerException">systemd refused.</exception>
    public void Attach(string unit, uint pid) =>
        _bus.Call(Service, ObjectPath, Manager, "AttachProcessesToUnit", "ssau", body =>
        {
            body.Text(unit);
            body.Text("");
            body.Array(4, () => body.UInt32(pid));
        });

    /// <summary>Has a unit go; one that is gone is no failure.</summary>
    /// <exception cref="ContainerException">systemd refused.</exception>
    public void Stop(string unit)
    {
        try
        {
            _bus.Call(Service, ObjectPath, Manager, "StopUnit", "ss", body =>
            {
                body.Text(unit);
                body.Text("replace");
            });
            Reset(unit);
        }
        catch (DBusCallException gone) when (gone.Name == $"{Service}.NoSuchUnit")
        {
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _bus.Dispose();

    private string Start(string unit, IReadOnlyList<UnitProperty> properties, string mode) =>
        _bus.Call(Service, ObjectPath, Manager, "StartTransientUnit", "ssa(sv)a(sa(sv))", body =>
        {
            body.Text(unit);
            body.Text(mode);
            UnitProperty.WriteAll(body, properties);
            body.Array(8, () => { });
        }).Text();

    private void Reset(string unit)
    {
        try
        {
            _bus.Call(Service, ObjectPath, Manager, "ResetFailedUnit", "s", body => body.Text(unit));
        }
        catch (DBusCallException)
        {
            // It did not fail, or is gone already.
        }
    }

    private void AddMatch()
    {
        try
        {
            _bus.Call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "AddMatch", "s",
                body => body.Text($"type='signal',interface='{Manager}',member='JobRemoved',path='{ObjectPath}'"));
        }
        catch (DBusCallException)
        {
            // systemd itself at the other end, without a bus between: it sends all of them.
        }
    }

    // The socket of a bus that stopped may be there still.
    private static DBusConnection? TryOpen(string path, bool isBus)
    {
        try
        {
            return DBusConnection.Open(path, isBus);
        }
        catch (ContainerException failure) when (failure is { Call: "connect", Errno: Errno.ECONNREFUSED })
        {
            return null;
        }
    }

    // systemd's own socket serves where no bus runs.
    private static (string, bool)[] SystemWays() =>
        [(PathOf("DBUS_SYSTEM_BUS_ADDRESS") ?? "/run/dbus/system_bus_socket", true), ("/run/systemd/private", false)];

    private static (string, bool)[] UserWays()
    {
        string? directory = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR"), bus = PathOf("DBUS_SESSION_BUS_ADDRESS");
        var ways = new List<(string, bool)>();
        if (bus is not null)
            ways.Add((bus, true));
        if (!string.IsNullOrEmpty(directory))
            ways.AddRange([(Path.Combine(directory, "bus"), true), (Path.Combine(directory, "systemd/private"), false)]);
        return [.. ways];
    }

    // "unix:path=/run/dbus/system_bus_socket,guid=…;…" (D-Bus specification, "Server Addresses").
    private static string? PathOf(string variable)
    {
        foreach (string address in (Environment.GetEnvironmentVariable(variable) ?? "").Split(';'))
        {
            foreach (string part in address.StartsWith("unix:", StringComparison.Ordinal) ? address[5..].Split(',') : [])
            {
                if (part.StartsWith("path=", StringComparison.Ordinal))
                    return Uri.UnescapeDataString(part[5..]);
            }
        }
        return null;
    }
}
