using PSContainer.Cgroups.Hierarchies;

namespace PSContainer.Systemd;

/// <summary>Cgroups that are units of systemd: a slice is made and removed by it, and knows its own limits.</summary>
/// <remarks>
/// systemd writes its own values whenever it reads its units anew, and removes cgroups below its units that it does not know.
/// So what is named as a slice is made by it where it runs. A scope begins with a process, so it is no cgroup to make empty.
/// </remarks>
internal static class SystemdUnit
{
    private const string SliceSuffix = ".slice", ScopeSuffix = ".scope", ServiceSuffix = ".service";

    /// <summary>Whether a path names a slice, and systemd is there to make it.</summary>
    /// <param name="path">Path from the root of each hierarchy.</param>
    internal static bool IsSlice(string path) => CgroupHost.IsSystemd && path.EndsWith(SliceSuffix, StringComparison.Ordinal);

    /// <summary>Refuses what systemd would not take, before anything is made.</summary>
    /// <exception cref="InvalidSpecException">The slice is elsewhere than its name says, or it is a scope or a service.</exception>
    internal static void RequirePath(string path)
    {
        if (!CgroupHost.IsSystemd)
            return;
        if (path.EndsWith(ScopeSuffix, StringComparison.Ordinal) || path.EndsWith(ServiceSuffix, StringComparison.Ordinal))
        {
            throw new InvalidSpecException(
                $"'{path}' would be a scope or a service of systemd, which begins with a process.",
                "Make a slice (NAME.slice), or start the process with systemd-run.")
            { Target = path };
        }
        if (!IsSlice(path))
            return;
        using SystemdManager manager = SystemdManager.Connect(SystemdManager.IsForUser);
        string wanted = $"{manager.ControlGroup()}{SliceOf(path).SlicePath}";
        if (wanted != path)
        {
            throw new InvalidSpecException(
                $"systemd would make the slice '{Path.GetFileName(path)}' at '{wanted}', not at '{path}'.",
                "A slice's name holds those above it: jobs-web.slice is in jobs.slice. Give that path, or a name without .slice.")
            { Target = path };
        }
    }

    /// <summary>Has systemd make a slice with the limits that it has words for.</summary>
    /// <exception cref="ContainerException">systemd refused.</exception>
    internal static void Start(string path, IReadOnlyList<CgroupWrite> writes)
    {
        using SystemdManager manager = SystemdManager.Connect(SystemdManager.IsForUser);
        manager.Start(SliceOf(path).Slice,
        [
            UnitProperty.Text("Description", $"Cgroup {path}"),
            UnitProperty.Switch("MemoryAccounting", true),
            UnitProperty.Switch("CPUAccounting", true),
            UnitProperty.Switch("TasksAccounting", true),
            .. LimitProperties.Of(writes),
        ]);
    }

    /// <summary>Tells systemd of limits that were changed, for as long as the host runs; what is no unit of its is left alone.</summary>
    /// <exception cref="ContainerException">systemd refused.</exception>
    internal static void Update(string path, IReadOnlyList<CgroupWrite> writes)
    {
        string unit = Path.GetFileName(path);
        bool isUnit = unit.EndsWith(SliceSuffix, StringComparison.Ordinal) || unit.EndsWith(ScopeSuffix, StringComparison.Ordinal)
            || unit.EndsWith(ServiceSuffix, StringComparison.Ordinal);
        if (!isUnit || !CgroupHost.IsSystemd || LimitProperties.Of(writes) is not { Count: > 0 } properties)
            return;
        try
        {
            using SystemdManager manager = SystemdManager.Connect(SystemdManager.IsForUser);
            manager.Set(unit, properties);
        }
        catch (DBusCallException unknown) when (unknown.Name == "org.freedesktop.systemd1.NoSuchUnit")
        {
            // It only looks like a unit.
        }
    }

    /// <summary>Has systemd remove a slice; one that it does not know is no failure.</summary>
    /// <exception cref="ContainerException">systemd refused.</exception>
    internal static void Stop(string path)
    {
        using SystemdManager manager = SystemdManager.Connect(SystemdManager.IsForUser);
        manager.Stop(SliceOf(path).Slice);
    }

    private static ScopeName SliceOf(string path) => new(Path.GetFileName(path), "");
}
