using System.Diagnostics;
using System.Globalization;
using PSContainer.Kernel;
using PSContainer.Systemd;

namespace PSContainer.Cgroups;

/// <content>Its processes: listing, freezing, ending, and removing it all.</content>
public sealed partial class Cgroup
{
    private const int SIGKILL = 9;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>Host pids of its processes; empty when it is gone.</summary>
    /// <param name="recurse">Whether those of cgroups made inside it count too.</param>
    public IReadOnlyList<int> GetProcessIds(bool recurse = true)
    {
        var ids = new SortedSet<int>();
        // A container can make cgroups of its own in one hierarchy and not in another: each of them lists all its processes.
        foreach (string directory in recurse ? _directories : _directories.Take(1))
            AddProcesses(directory, recurse, ids);
        return [.. ids];
    }

    /// <summary>Whether any process is in it or below it.</summary>
    public bool IsPopulated =>
        UnifiedDirectory is { } directory && SmallFile.ReadKey($"{directory}/cgroup.events", "populated") is { } populated
            ? populated != 0
            : GetProcessIds().Count > 0;

    /// <summary>
    /// Whether any process is in it or below it in any hierarchy: one that was put into it in v1 alone is not in v2, which
    /// <see cref="IsPopulated"/> asks where there is one.
    /// </summary>
    public bool HasProcesses() => IsPopulated || (_directories.Count > 1 && GetProcessIds().Count > 0);

    /// <summary>Stops all its processes where they are, and waits until they are.</summary>
    /// <exception cref="ContainerException">
    /// The host cannot, this process is in it, or a process did not stop within 10 s; all run on then.
    /// </exception>
    public void Freeze()
    {
        RequireEndable("freeze");
        string file = FreezerFile(out string frozen, out _);
        try
        {
            WaitFor(() => IsStopped(file, frozen), "freeze");
        }
        catch
        {
            Thaw();
            throw;
        }
    }

    /// <summary>Lets its processes go on, whichever freezer holds them.</summary>
    /// <exception cref="ContainerException">The host cannot.</exception>
    public void Thaw()
    {
        string file = FreezerFile(out _, out string thawed);
        Syscall.Check(SmallFile.TryWrite(file, thawed), "write", file);
        ThawLegacy();
    }

    /// <summary>Ends all its processes, frozen or not, with SIGKILL. Waits for none of them.</summary>
    /// <remarks>
    /// cgroup.kill where there is v2 (Linux 5.14), which no fork escapes; else by pidfd while the cgroup is frozen.
    /// One that is gone already, or goes while this is under way, has no processes left to end: no failure.
    /// </remarks>
    /// <exception cref="ContainerException">It is a hierarchy's root or holds this process, or the kernel refused.</exception>
    public void Kill()
    {
        RequireEndable("end");
        if (UnifiedDirectory is { } directory && SmallFile.TryWrite($"{directory}/cgroup.kill", "1") == 0)
        {
            LetDie();
            return;
        }
        KillEach();
    }

    /// <summary>Lets those of its processes die that were sent SIGKILL: a v1 freezer holds even the dying back.</summary>
    /// <remarks>One that is gone already has nobody left to die: no failure.</remarks>
    /// <exception cref="ContainerException">The kernel refused.</exception>
    public void LetDie()
    {
        ThawLegacy();
        TakeBackFrozen();
    }

    /// <summary>Waits until no process is left.</summary>
    /// <param name="timeout">How long.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>Whether none is left.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public bool WaitUntilEmpty(TimeSpan timeout, CancellationToken cancellation = default) =>
        WaitWhile(() => IsPopulated, timeout, cancellation);

    private static bool WaitWhile(Func<bool> condition, TimeSpan timeout, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        for (int pause = 1; condition(); pause = Math.Min(pause * 2, 20))
        {
            if (Stopwatch.GetElapsedTime(start) > timeout)
                return false;
            if (cancellation.WaitHandle.WaitOne(pause))
                cancellation.ThrowIfCancellationRequested();
        }
        return true;
    }

    /// <summary>Removes it and the cgroups made inside it, in every hierarchy; what is gone already is no failure.</summary>
    /// <exception cref="ContainerException">A process is still in it, or the kernel refused.</exception>
    public void Remove()
    {
        RequireOther("remove");
        if (SystemdUnit.IsSlice(Path))
            SystemdUnit.Stop(Path);
        var failures = new List<(string Directory, int Errno)>();
        foreach (string directory in _directories)
        {
            if (CgroupDirectory.Remove(directory) is < 0 and var result)
                failures.Add((directory, -result));
        }
        if (failures.Count == 0)
            return;
        (string target, int errno) = failures[0];
        throw new ContainerException(
            $"rmdir '{target}': {Errno.Name(errno)} ({Errno.Describe(errno)})",
            errno == Errno.EBUSY
                ? "End its processes first: they are listed in its cgroup.procs."
                : "Remove it as the user who made it.")
        { Call = "rmdir", Errno = errno, Target = target };
    }

    // Frozen, none of them can fork; a second round takes those that forked before the freezer had them.
    private void KillEach()
    {
        WaitFor(
            () =>
            {
                if (DirectoryOf("freezer") is { } freezer)
                    SmallFile.TryWrite($"{freezer}/freezer.state", "FROZEN");
                IReadOnlyList<int> ids = GetProcessIds();
                foreach (int id in ids)
                {
                    using FileHandle? process = Pidfd.Open(id);
                    // Between the list and here the pid can have passed to another process.
                    if (process is not null && GetProcessIds().Contains(id))
                        Pidfd.SendSignal(process.Fd, SIGKILL);
                }
                LetDie();
                return ids.Count == 0;
            },
            "end");
    }

    // A v1 freezer holds even the dying back. Who else removes the cgroup may have done so since they were ended.
    private void ThawLegacy()
    {
        if (DirectoryOf("freezer") is not { } directory)
            return;
        string file = $"{directory}/freezer.state";
        int result = SmallFile.TryWrite(file, "THAWED");
        if (result is not (-Errno.ENOENT or -Errno.ENODEV))
            Syscall.Check(result, "write", file);
    }

    // Somebody may have put one of them into a frozen cgroup of v1 that is elsewhere, or the container into one below: it dies once
    // it is out of there. It cannot end before, so its pid is its own. Where this process is nothing is frozen.
    private void TakeBackFrozen()
    {
        if ((DirectoryOf("freezer") ?? ProcessCgroups.Find(_host, Environment.ProcessId, "freezer")) is not { } own)
            return;
        foreach (int id in GetProcessIds())
        {
            if (ProcessCgroups.Find(_host, id, "freezer") is { } place && place != own
                && SmallFile.Read($"{place}/freezer.state")?.Trim() is "FROZEN" or "FREEZING" && GetProcessIds().Contains(id))
                SmallFile.TryWrite($"{own}/cgroup.procs", id.ToString(CultureInfo.InvariantCulture));
        }
    }

    private string FreezerFile(out string frozen, out string thawed)
    {
        RequireOther("freeze");
        bool legacy = UnifiedDirectory is not { } unified || !File.Exists($"{unified}/cgroup.freeze");
        (frozen, thawed) = legacy ? ("FROZEN", "THAWED") : ("1", "0");
        if (!legacy)
            return $"{UnifiedDirectory}/cgroup.freeze";
        return DirectoryOf("freezer") is { } directory
            ? $"{directory}/freezer.state"
            : throw new ControllerUnavailableException(
                Exists
                    ? $"The cgroup '{Path}' cannot be frozen: it is neither in v2 nor in v1's freezer."
                    : $"The cgroup '{Path}' is gone.",
                Exists ? "Make it on a host that has one of them; New-Cgroup and containers are in it then." : null)
            { Target = Path };
    }

    // v1 gives up on a task that forks at the wrong moment: the word has to be written again until it holds.
    private static bool IsStopped(string file, string frozen)
    {
        if (frozen == "1")
        {
            string directory = System.IO.Path.GetDirectoryName(file)!;
            if (SmallFile.Read(file)?.Trim() != "1")
                Syscall.Check(SmallFile.TryWrite(file, frozen), "write", file);
            return SmallFile.ReadKey($"{directory}/cgroup.events", "frozen") == 1;
        }
        Syscall.Check(SmallFile.TryWrite(file, frozen), "write", file);
        return SmallFile.Read(file)?.Trim() == frozen;
    }

    private void WaitFor(Func<bool> done, string what)
    {
        long start = Stopwatch.GetTimestamp();
        for (int pause = 1; !done(); pause = Math.Min(pause * 2, 20))
        {
            if (Stopwatch.GetElapsedTime(start) > s_patience)
            {
                throw new ContainerException(
                    $"Could not {what} all processes of the cgroup '{Path}' within {s_patience.TotalSeconds} seconds.",
                    "See which of them is in state D: it waits for a disk or a network file system.")
                { Target = Path };
            }
            Thread.Sleep(pause);
        }
    }

    private void RequireOther(string what)
    {
        bool isRoot = _directories.Exists(directory =>
            _host.HierarchyOf(directory) is not { } hierarchy || directory.TrimEnd('/').Length <= hierarchy.MountPoint.Length);
        if (isRoot)
        {
            throw new ContainerException(
                $"Will not {what} '{(IsRoot ? Path : string.Join("', '", _directories))}': " +
                "that is the root of a hierarchy, or no cgroup.",
                "Name a cgroup below it.")
            { Target = Path };
        }
    }

    private static void AddProcesses(string directory, bool recurse, SortedSet<int> ids)
    {
        // In a threaded v2 cgroup the list cannot be read; its processes are in the one above.
        foreach (string word in SmallFile.ReadWords($"{directory}/cgroup.procs"))
        {
            // 0 stands for a process outside of the reader's pid namespace.
            if (int.TryParse(word, out int id) && id > 0)
                ids.Add(id);
        }
        if (!recurse)
            return;
        foreach (string child in CgroupDirectory.Children(directory))
            AddProcesses(child, recurse, ids);
    }
}
