using PSContainer.Proc;
using PSContainer.Spec;

namespace PSContainer.State;

/// <summary>What is kept of a container besides its configuration: the OCI state, and all that clean-up needs to know.</summary>
/// <remarks>OCI runtime-spec, runtime.md "State". The status is derived each time it is asked for, never stored.</remarks>
public sealed partial record ContainerState
{
    /// <summary>Version of the specification.</summary>
    public string OciVersion { get; init; } = "1.2.0";

    /// <summary>The container's id, unique on this host.</summary>
    public required string Id { get; init; }

    /// <summary>Host pid of the init, 0 while there is none yet.</summary>
    public int Pid { get; init; }

    /// <summary>When the init started, in clock ticks since boot (proc_pid_stat(5), field 22): tells a reused pid.</summary>
    public ulong PidStartTime { get; init; }

    /// <summary>Which start of the host the init, the cgroups and the unit belong to; empty where it is not known.</summary>
    public string BootId { get; init; } = "";

    /// <summary>Absolute path of the bundle.</summary>
    public required string Bundle { get; init; }

    /// <summary>Absolute path of the root directory on the host.</summary>
    public string Rootfs { get; init; } = "";

    /// <summary>
    /// Of a container in the runtime's own mount namespace: how many mounts were on <see cref="Rootfs"/> before its own, which all of
    /// its mounts are below. <see langword="null"/> for one that has a mount namespace, which ends with it.
    /// </summary>
    public int? MountsBefore { get; init; }

    /// <summary>When the container was created.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>The configuration's annotations.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Cgroup directories made for the container, one a hierarchy.</summary>
    public IReadOnlyList<string> Cgroups { get; init; } = [];

    /// <summary>Directories made for the container outside the state directory (overlay upper and work).</summary>
    public IReadOnlyList<string> Directories { get; init; } = [];

    /// <summary>Whether its configuration has no process: it can be created, and not started.</summary>
    public bool IsWithoutProcess { get; init; }

    /// <summary>Groups of resctrl that were made for the container, the innermost first.</summary>
    public IReadOnlyList<string> Resctrl { get; init; } = [];

    /// <summary>Hooks that later commands run (poststart and poststop); <see langword="null"/> without any.</summary>
    public HooksSpec? Hooks { get; init; }

    /// <summary>The transient unit of systemd that the container is in, with <c>user:</c> before one of a user's; else empty.</summary>
    public string SystemdUnit { get; init; } = "";

    /// <summary>
    /// The state as it is to be believed: of what was written before the host was started anew nothing runs any more, and what has its
    /// pid, its cgroup's path or its unit's name now is somebody else's.
    /// </summary>
    internal ContainerState InThisBoot() => Boot.IsOther(BootId)
        ? this with { PidStartTime = ProcessStat.NoProcess, Cgroups = [], Resctrl = [], SystemdUnit = "" }
        : this;
}
