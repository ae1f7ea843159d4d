using PSContainer.Cgroups;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Hooks;
using PSContainer.Kernel;
using PSContainer.Mapped;
using PSContainer.Mounts;
using PSContainer.Proc;
using PSContainer.Resctrl;
using PSContainer.Runtimes;
using PSContainer.Spec;
using PSContainer.State;
using PSContainer.Trees;

namespace PSContainer.Steps.Host;

/// <summary>Removes what a container left outside its own namespaces. It can be run again at any time, and finishes what another began.</summary>
public static class ContainerCleanup
{
    private static readonly string[] s_filesOfStart =
    [
        StateStore.StateFile, StateStore.CreatingFile, StartPlace.Name, StartSocket.ResultName, StateStore.WaitingFile,
        MemoryKills.CounterFile, MemoryKills.ExecutedFile,
    ];

    /// <summary>Removes everything: processes, cgroups, directories of its own, its name, and its state.</summary>
    /// <param name="store">Where its state is.</param>
    /// <param name="id">The container.</param>
    /// <param name="executable">Names the executable, which removes what belongs to a user's subordinate ids.</param>
    /// <param name="warn">Gets the failures of poststop hooks, which run once everything is gone.</param>
    /// <exception cref="ContainerException">Something could not be removed; the state that names it is still there.</exception>
    public static void Remove(StateStore store, string id, Func<string> executable, Action<string>? warn = null)
    {
        using FileHandle? held = store.Hold(id);
        ContainerState? state = store.Read(id);
        OciRuntime.Of(store, id)?.Delete();
        // Without a state that can be read, the default cgroup is the container's by its name; any other could be somebody's.
        EndProcesses(store, id, state, state?.Cgroups ?? CgroupPath.FindDefault(CgroupHost.Current, id));
        Mounts.SharedRootMount.Remove(state?.Rootfs ?? "", state?.MountsBefore);
        SystemdScope.Stop(state);
        ResctrlGroup.Remove(state?.Resctrl ?? []);
        foreach (string directory in state?.Directories ?? [])
            RemoveTree(directory, executable);
        IReadOnlyDictionary<string, string>? annotations = state?.Annotations ?? store.ReadSpec(id)?.Annotations;
        string name = annotations?.GetValueOrDefault(Annotation.Name) ?? "";
        // Ids are unique in a store only: that of another client's container can be one of the module's in another.
        if (state is null || state.Bundle == store.DirectoryOf(id))
            RemoveTree(DataDirectory.Of(id), executable);
        RemoveTree(store.DirectoryOf(id), executable);
        if (name.Length > 0)
            store.ReleaseName(name, id);
        if (annotations?.ContainsKey(Annotation.OverlayMount) == true)
            OverlaySweep.Run(store);
        if (state?.Hooks?.Poststop is { } hooks)
        {
            byte[] text = HookStateText.Of(state).Write(HookStateText.Stopped, 0);
            HookRunner.RunEach("poststop", hooks, text, state.Bundle, executable, warn);
        }
    }

    /// <summary>Removes a container whose end was waited for, unless another command did so meanwhile.</summary>
    /// <param name="store">Where its state is.</param>
    /// <param name="started">The state as it was when it was started: another container may have the id by now.</param>
    /// <param name="executable">Names the executable, which removes what belongs to a user's subordinate ids.</param>
    /// <param name="warn">Gets the failures of poststop hooks.</param>
    public static void RemoveEnded(StateStore store, ContainerState started, Func<string> executable, Action<string>? warn = null)
    {
        StateLock transition;
        try
        {
            transition = store.TryLock(started.Id, wait: true)!;
        }
        catch (ContainerNotFoundException)
        {
            return;
        }
        using (transition)
        {
            ContainerState? now = store.Read(started.Id);
            if (now?.Pid == started.Pid && now.PidStartTime == started.PidStartTime)
                Remove(store, started.Id, executable, warn);
        }
    }

    /// <summary>Takes back the state of a start that failed.</summary>
    /// <param name="store">Where it is.</param>
    /// <param name="id">The container.</param>
    /// <param name="keepsConfiguration">Whether the directory was the caller's bundle: then it only becomes as it was.</param>
    internal static void RemoveState(StateStore store, string id, bool keepsConfiguration)
    {
        // By name, and so even where there is no descriptor left to look into the directory with.
        foreach (string file in s_filesOfStart)
            Files.unlinkat(Files.AT_FDCWD, store.FileOf(id, file), 0);
        if (!keepsConfiguration)
        {
            foreach (string file in new[] { "config.json", StateStore.LockFile })
                Files.unlinkat(Files.AT_FDCWD, store.FileOf(id, file), 0);
            if (Files.unlinkat(Files.AT_FDCWD, store.DirectoryOf(id), Files.AT_REMOVEDIR) < 0)
                TreeRemoval.Remove(store.DirectoryOf(id));
            return;
        }
        Files.unlinkat(Files.AT_FDCWD, store.FileOf(id, "rootfs"), Files.AT_REMOVEDIR);
    }

    /// <summary>
    /// Removes a tree, which can hold files of a user's subordinate ids: those only root of a namespace that has them may remove.
    /// </summary>
    internal static void RemoveTree(string path, Func<string> executable)
    {
        try
        {
            TreeRemoval.Remove(path);
        }
        catch (ContainerException failure) when (failure.Errno is Errno.EACCES or Errno.EPERM && Files.geteuid() != 0)
        {
            new MappedProcess(executable()).Run(new MappedWork { Remove = path });
        }
    }

    // The usual container has ended with its pid namespace: then the cgroups go at once. A frozen one, and one that shares the
    // host's pids, is ended through its cgroup.
    private static void EndProcesses(StateStore store, string id, ContainerState? state, IReadOnlyList<string> directories)
    {
        const int Patience = 10_000, Kill = 9;
        if (state is { Pid: 0 } && !directories.All(directory => directory.EndsWith(CgroupPath.Default(id), StringComparison.Ordinal)))
        {
            using (FileHandle? waiting = store.OpenWaiting(id))
            {
                if (waiting is not null && Pidfd.SendSignal(waiting.Fd, Kill))
                    Pidfd.WaitForEnd(waiting.Fd, Patience);
            }
            RemoveHalfMade(directories);
            return;
        }
        Cgroup cgroup = Cgroup.Open(directories);
        using FileHandle? init = OpenInit(state);
        if (init is not null)
        {
            Pidfd.SendSignal(init.Fd, Kill);
            if (cgroup.Exists)
                cgroup.Kill();
            if (!Pidfd.WaitForEnd(init.Fd, Patience))
                throw new ContainerStateException($"The container's init (pid {state!.Pid}) does not end.", $"It may wait for a device: see /proc/{state.Pid}/stack.") { Target = id };
        }
        if (directories.Count == 0)
            return;
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

    // The runtime died before it was known whether a cgroup that its caller chose was free. What it may have put there ends by
    // itself, since it waits for its word; whatever stays is somebody else's, as are cgroups below.
    private static void RemoveHalfMade(IReadOnlyList<string> directories)
    {
        const int Attempts = 25, Pause = 20;
        int attempt = 0;
        foreach (string directory in directories)
        {
            for (; CgroupDirectory.Rmdir(directory) == -Errno.EBUSY && attempt < Attempts; attempt++)
                Thread.Sleep(Pause);
        }
    }

    private static FileHandle? OpenInit(ContainerState? state) =>
        state is { Pid: > 0 } ? ProcessStat.Open(state.Pid, state.PidStartTime) : null;
}
