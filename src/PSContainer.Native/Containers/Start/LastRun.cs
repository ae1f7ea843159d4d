using PSContainer.Cgroups;
using PSContainer.Kernel;
using PSContainer.State;

namespace PSContainer.Containers;

/// <summary>What a container's last run left in its state directory.</summary>
internal static class LastRun
{
    /// <summary>Clears it, so that the same bundle can be started again.</summary>
    /// <exception cref="ContainerException">A cgroup cannot be removed.</exception>
    internal static void Clear(StateStore store, string id)
    {
        if (store.Read(id) is { } state)
            Cgroup.Open(state.Cgroups).Remove();
        ContainerCleanup.RemoveState(store, id, keepsConfiguration: true);
        foreach (string file in (string[])["exit", "init.pid", "console.sock", "stdin"])
            Files.unlinkat(Files.AT_FDCWD, store.FileOf(id, file));
    }
}
