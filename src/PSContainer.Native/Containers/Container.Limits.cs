using System.Text.Json;
using PSContainer.Cgroups;
using PSContainer.Cgroups.Limits;
using PSContainer.Kernel;
using PSContainer.Spec;
using PSContainer.State;

namespace PSContainer.Containers;

public sealed partial class Container
{
    /// <summary>Changes its limits while it runs, and for its next start; what is <see langword="null"/> stays as it is.</summary>
    /// <exception cref="ContainerException">A limit is wrong, the host cannot, or there is no cgroup: nothing is changed.</exception>
    public void SetLimits(CgroupLimit limit)
    {
        using StateLock? transition = engine.Store.TryLock(Id, wait: true);
        Cgroup cgroup = RequireCgroup("limited");
        cgroup.Apply(limit);
        // A controller that came late has to be known for clean-up.
        if (engine.Store.Read(Id) is { } state && !state.Cgroups.SequenceEqual(cgroup.Directories))
        {
            using PendingFile file = engine.Store.Prepare(state with { Cgroups = cgroup.Directories });
            file.Commit();
        }
        if (engine.Store.ReadSpec(Id) is { } known)
        {
            ContainerSpec changed = known with
            {
                Linux = (known.Linux ?? new LinuxSpec()) with
                {
                    Resources = ResourceMerge.Merge(known.Linux?.Resources, limit.ToResources()),
                },
            };
            byte[] json = JsonSerializer.SerializeToUtf8Bytes(changed, SpecJson.Default.ContainerSpec);
            AtomicFile.Write(engine.Store.FileOf(Id, "config.json"), json);
            spec = new(() => changed);
        }
    }

    /// <summary>What its first process may use, with what the cgroups above it say.</summary>
    /// <exception cref="ContainerStateException">It does not run.</exception>
    public CgroupEffectiveLimit GetEffectiveLimit() =>
        CgroupEffectiveLimit.Of(Pid ?? throw ContainerStateException.NotRunning(Name, "it may use nothing"));
}
