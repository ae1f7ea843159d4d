using System.Diagnostics;
using System.Globalization;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Kernel;
using PSContainer.Proc;
using PSContainer.Words;

namespace PSContainer.Cgroups;

/// <content>Moving processes in, asking them to end, and whether it can be removed.</content>
public sealed partial class Cgroup
{
    /// <summary>What <see cref="AddProcess"/> would write.</summary>
    public IReadOnlyList<CgroupFileWrite> PlanAdd(int processId) =>
        [.. _directories.Select(directory => new CgroupFileWrite(
            $"{directory}/cgroup.procs", processId.ToString(CultureInfo.InvariantCulture)))];

    /// <summary>Moves a process, with all its threads, in; its children stay where they are.</summary>
    /// <exception cref="ContainerException">
    /// It is gone, or the kernel refused in one hierarchy: then it is in none of them.
    /// </exception>
    public void AddProcess(int processId)
    {
        RequireThere();
        IReadOnlyList<(CgroupHierarchy Hierarchy, string Directory)> before = ProcessCgroups.Of(_host, processId);
        var moved = new List<string>();
        foreach (CgroupFileWrite write in PlanAdd(processId))
        {
            int result = SmallFile.TryWrite(write.Path, write.Value);
            if (result == 0)
            {
                moved.Add(System.IO.Path.GetDirectoryName(write.Path)!);
                continue;
            }
            foreach (string directory in moved)
            {
                string? old = before.FirstOrDefault(place => place.Hierarchy == _host.HierarchyOf(directory)).Directory;
                if (old is not null)
                    SmallFile.TryWrite($"{old}/cgroup.procs", write.Value);
            }
            throw AddFailure(write, processId, -result);
        }
        if (_directories.Count > 1)
            AddForkedMeanwhile(processId);
    }

    // A child that was forked between two of the writes is here in some hierarchies and where it came from in the others.
    private void AddForkedMeanwhile(int processId)
    {
        var family = new HashSet<int> { processId };
        for (bool more = true; more;)
        {
            more = false;
            string[] everywhere = SmallFile.ReadWords($"{_directories[^1]}/cgroup.procs");
            foreach (string id in SmallFile.ReadWords($"{_directories[0]}/cgroup.procs").Except(everywhere))
            {
                if (!int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int child)
                    || ProcStatus.Read(child) is not { } status || !family.Contains(status.ParentPid) || !family.Add(child))
                    continue;
                more = true;
                foreach (CgroupFileWrite write in PlanAdd(child))
                    SmallFile.TryWrite(write.Path, write.Value);
            }
        }
    }

    /// <summary>
    /// Sends a signal to each of its processes, also of the cgroups below it. One that went meanwhile is no failure.
    /// </summary>
    /// <returns>To how many.</returns>
    /// <exception cref="ContainerException">It holds this process, or the kernel refused.</exception>
    public int SendSignal(Signal signal)
    {
        RequireEndable("end");
        int sent = 0;
        foreach (int id in GetProcessIds())
        {
            using FileHandle? process = Pidfd.Open(id);
            // Between the list and here the pid can have passed to another process.
            if (process is not null && GetProcessIds().Contains(id) && Pidfd.SendSignal(process.Fd, (int)signal))
                sent++;
        }
        return sent;
    }

    /// <summary>Asks its processes to end, waits, and ends those that did not.</summary>
    /// <param name="signal">What asks them; <see langword="null"/>: they are ended at once.</param>
    /// <param name="timeout">How long to wait for them.</param>
    /// <param name="cancellation">Stops waiting; what was not ended goes on.</param>
    /// <exception cref="ContainerException">It holds this process, or they do not end.</exception>
    public void Stop(Signal? signal, TimeSpan timeout, CancellationToken cancellation = default)
    {
        if (signal is { } asked and not Signal.Kill)
        {
            SendSignal(asked);
            // A frozen process heeds nothing.
            if (IsFrozen)
                Thaw();
            if (WaitWhile(HasProcesses, timeout, cancellation))
                return;
        }
        Kill();
        // cgroup.kill knows of v2's processes alone.
        if (_directories.Count > 1)
            SendSignal(Signal.Kill);
        if (!WaitWhile(HasProcesses, s_patience, cancellation))
        {
            IReadOnlyList<int> left = GetProcessIds();
            throw new ContainerException(
                $"Processes of the cgroup '{Path}' do not end although they were killed: {ProcessNames.Of(left)}.",
                "They wait inside the kernel, likely for a device: see /proc/PID/stack.")
            { Target = Path };
        }
    }

    /// <summary>What <see cref="Kill"/> does.</summary>
    /// <exception cref="ContainerException">It is a hierarchy's root or holds this process.</exception>
    public IReadOnlyList<CgroupFileWrite> PlanKill()
    {
        RequireEndable("end");
        return UnifiedDirectory is { } directory ? [new($"{directory}/cgroup.kill", "1")] : PlanSignal(Signal.Kill);
    }

    /// <summary>What <see cref="SendSignal"/> does.</summary>
    /// <exception cref="ContainerException">It is a hierarchy's root or holds this process.</exception>
    public IReadOnlyList<CgroupFileWrite> PlanSignal(Signal signal)
    {
        RequireEndable("end");
        return [.. GetProcessIds().Select(id => new CgroupFileWrite(ProcessNames.Of([id]), "", $"Send {SignalName.Format(signal)}"))];
    }

    /// <summary>What <see cref="Freeze"/> or <see cref="Thaw"/> writes.</summary>
    /// <exception cref="ContainerException">The host cannot, or it would freeze this process.</exception>
    public CgroupFileWrite PlanFreeze(bool freeze)
    {
        if (freeze)
            RequireEndable("freeze");
        string file = FreezerFile(out string frozen, out string thawed);
        return new(file, freeze ? frozen : thawed);
    }

    /// <summary>Refuses to remove what holds others, before anything is touched.</summary>
    /// <param name="recurse">Whether cgroups below it may go too.</param>
    /// <param name="force">Whether processes may be ended.</param>
    /// <exception cref="ContainerException">It is a root, or holds what may not be touched; says what that is.</exception>
    public void RequireRemovable(bool recurse, bool force)
    {
        RequireOther("remove");
        RequireThere();
        IReadOnlyList<Cgroup> children = GetChildren();
        if (children.Count > 0 && !recurse)
        {
            throw new CgroupBusyException(
                $"The cgroup '{Path}' has cgroups below it: {string.Join(", ", children.Take(5).Select(child => child.Name))}"
                + (children.Count > 5 ? $" and {children.Count - 5} more." : "."),
                $"Remove them too with: Remove-Cgroup {Path} -Recurse")
            { Call = "rmdir", Errno = Errno.ENOTEMPTY, Target = Path };
        }
        IReadOnlyList<int> holders = GetProcessIds();
        if (holders.Count > 0 && !force)
        {
            throw new CgroupBusyException(
                $"The cgroup '{Path}' holds {holders.Count} process(es): {ProcessNames.Of(holders)}.",
                $"End them with: Stop-Cgroup {Path}; or both in one with: Remove-Cgroup {Path} -Force")
            { Call = "rmdir", Errno = Errno.EBUSY, Target = Path };
        }
        if (holders.Count > 0)
            RequireEndable("end");
    }

    private void RequireThere()
    {
        if (!Exists)
            throw new CgroupNotFoundException(Path) { Target = Path };
    }

    /// <summary>Refuses what no process can do to the cgroup that it is in, or anybody to a root.</summary>
    /// <param name="what">What would be done: end, or freeze.</param>
    /// <exception cref="ContainerException">It is a hierarchy's root or holds this process.</exception>
    internal void RequireEndable(string what)
    {
        RequireOther(what);
        if (GetProcessIds().Contains(Environment.ProcessId))
        {
            throw new SessionEndangeredException(
                $"Will not {what} the cgroup '{Path}': this process is in it.", "Do it from outside.")
            { Target = Path };
        }
    }

    internal string PathOfProcess(int id)
    {
        try
        {
            return OpenOfProcess(id, _host).FirstOrDefault(one => PathWord.IsBelow(one.Path, Path))?.Path ?? Path;
        }
        catch (ContainerException)
        {
            return Path;
        }
    }

    private ContainerException AddFailure(CgroupFileWrite write, int processId, int errno)
    {
        string directory = System.IO.Path.GetDirectoryName(write.Path)!;
        (string why, string recommendation) = errno switch
        {
            Errno.ESRCH => ($"there is no process {processId}", "See the running ones with: Get-Process"),
            Errno.EBUSY => (
                $"it gives controllers ({SmallFile.Read($"{directory}/cgroup.subtree_control")?.Trim()}) to those below it, "
                + "and v2 allows processes only in cgroups that do not",
                "Add it to a cgroup below (New-Cgroup), or take the controllers away with: Disable-CgroupController"),
            Errno.EOPNOTSUPP => (
                $"its type is '{SmallFile.Read($"{directory}/cgroup.type")?.Trim()}'",
                "A cgroup below a threaded one takes threads only once 'threaded' is written to its cgroup.type."),
            Errno.ENOSPC => (
                "its cpuset has no CPUs or no memory nodes", "Set them: Set-CgroupLimit -CpuSet 0 -MemoryNode 0"),
            Errno.EINVAL => (
                "it is a kernel thread, or a realtime process and the cgroup has no realtime budget",
                "Such processes stay where they are."),
            Errno.EACCES or Errno.EPERM => (
                "you may not write both there and in the cgroup that the two have above them",
                CgroupDelegation.OnRefusal("start the process inside the delegated cgroup.")),
            _ => ($"{Errno.Name(errno)} ({Errno.Describe(errno)})", "See cgroups(7)."),
        };
        string message = $"Process {processId} cannot be moved into the cgroup '{directory}': {why}.";
        return errno is Errno.EACCES or Errno.EPERM
            ? new ContainerPermissionException(message, recommendation) { Call = "write", Errno = errno, Target = write.Path }
            : new ContainerException(message, recommendation) { Call = "write", Errno = errno, Target = write.Path };
    }
}
