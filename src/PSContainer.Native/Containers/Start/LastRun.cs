using PSContainer.Cgroups;
using PSContainer.Kernel;
using PSContainer.Runtimes;
using PSContainer.State;
using PSContainer.Steps.Host;

namespace PSContainer.Containers.Start;

/// <summary>What a container's last run left in its state directory.</summary>
internal sealed class LastRun
{
    private static readonly string[] Kept = [StateStore.StateFile, "exit"];
    private readonly Dictionary<string, byte[]> files = [];

    private LastRun()
    {
    }

    /// <summary>Takes it away, so that the same bundle can be started again.</summary>
    /// <exception cref="ContainerException">A cgroup cannot be removed.</exception>
    internal static LastRun TakeAway(StateStore store, string id)
    {
        var last = new LastRun();
        foreach (string path in Kept.Select(file => store.FileOf(id, file)))
        {
            if (AtomicFile.Read(path) is { } content)
                last.files[path] = content;
        }
        OciRuntime.Of(store, id)?.Delete();
        if (store.Read(id) is { Cgroups.Count: > 0 } state)
            Cgroup.Open(state.Cgroups).Remove();
        ContainerCleanup.RemoveState(store, id, keepsConfiguration: true);
        foreach (string file in (string[])["exit", "init.pid", "console.sock", "stdin"])
            Files.unlinkat(Files.AT_FDCWD, store.FileOf(id, file));
        return last;
    }

    /// <summary>Puts back how it ended: the container that could not be started again is still the one that ended.</summary>
    internal void PutBack()
    {
        foreach ((string path, byte[] content) in files)
            AtomicFile.Write(path, content);
    }
}
