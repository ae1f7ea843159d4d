using PSContainer.Cgroups;
using PSContainer.Kernel;
using PSContainer.Rooted;
using PSContainer.Spec;

namespace PSContainer.State;

/// <summary>Removes what a container left outside its own namespaces. It can be run again at any time, and finishes what another began.</summary>
public static class ContainerCleanup
{
    /// <summary>Removes everything: processes, cgroups, directories of its own, its name, and its state.</summary>
    /// <exception cref="ContainerException">Something could not be removed; the state that names it is still there.</exception>
    public static void Remove(StateStore store, string id)
    {
        ContainerState? state = store.Read(id);
        // Without a state that can be read, the default cgroup is the container's by its name; any other could be somebody's.
        EndProcesses(id, state, state?.Cgroups ?? CgroupPath.FindDefault(CgroupHost.Current, id));
        foreach (string directory in state?.Directories ?? [])
            TreeRemoval.Remove(directory);
        string name = (state is null ? store.ReadSpec(id)?.Annotations : state.Annotations)?.GetValueOrDefault(Annotation.Name) ?? "";
        TreeRemoval.Remove(DataDirectory.Of(id));
        TreeRemoval.Remove(store.DirectoryOf(id));
        if (name.Length > 0)
            store.ReleaseName(name, id);
    }

    /// <summary>Takes back the state of a start that failed.</summary>
    /// <param name="store">Where it is.</param>
    /// <param name="id">The container.</param>
    /// <param name="keepsConfiguration">Whether the directory was the caller's bundle: then it only becomes as it was.</param>
    internal static void RemoveState(StateStore store, string id, bool keepsConfiguration)
    {
        if (!keepsConfiguration)
        {
            // An empty one goes even where there is no descriptor to look into it with.
            if (Files.unlinkat(Files.AT_FDCWD, store.DirectoryOf(id), Files.AT_REMOVEDIR) < 0)
                TreeRemoval.Remove(store.DirectoryOf(id));
            return;
        }
        foreach (string file in new[] { StateStore.StateFile, StateStore.CreatingFile, StartFifo.StartName, StartFifo.ResultName, "oom-file" })
            Files.unlinkat(Files.AT_FDCWD, store.FileOf(id, file), 0);
        Files.unlinkat(Files.AT_FDCWD, store.FileOf(id, "rootfs"), Files.AT_REMOVEDIR);
    }

    // The usual container has ended with its pid namespace: then the cgroups go at once. A frozen one, and one that shares the
    // host's pids, is ended through its cgroup.
    private static void EndProcesses(string id, ContainerState? state, IReadOnlyList<string> directories)
    {
        const int Patience = 10_000;
        Cgroup cgroup = Cgroup.Open(directories);
        using FileHandle? init = OpenInit(state);
        if (init is not null)
        {
            const int Kill = 9;
            Pidfd.SendSignal(init.Fd, Kill);
            if (cgroup.Exists)
                cgroup.Kill();
            if (!Pidfd.WaitForEnd(init.Fd, Patience))
                throw new ContainerStateException($"The container's init (pid {state!.Pid}) does not end.", $"It may wait for a device: see /proc/{state.Pid}/stack.") { Target = id };
        }
        try
        {
            cgroup.Remove();
        }
        catch (ContainerException) when (cgroup.IsPopulated)
        {
            cgroup.Kill();
            cgroup.WaitUntilEmpty(TimeSpan.FromMilliseconds(Patience));
            cgroup.Remove();
        }
    }

    private static FileHandle? OpenInit(ContainerState? state)
    {
        FileHandle? init = state is not { Pid: > 0 } ? null : Pidfd.Open(state.Pid);
        // Opened first, compared then: from here on the descriptor is this process or none.
        if (init is null || ProcessStat.StartTimeOf(state!.Pid) == state.PidStartTime)
            return init;
        init.Dispose();
        return null;
    }
}
