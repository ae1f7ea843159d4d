using PSContainer.Programs;
using PSContainer.Spec;

namespace PSContainer.Plan;

/// <summary>What <c>create</c> and <c>run</c> are asked to do.</summary>
public sealed record StartRequest
{
    /// <summary>The new container's id.</summary>
    public required string Id { get; init; }

    /// <summary>Absolute path of the bundle.</summary>
    public required string Bundle { get; init; }

    /// <summary>The bundle's configuration.</summary>
    public required ContainerSpec Spec { get; init; }

    /// <summary>The configuration as it was read, to be kept for later commands.</summary>
    public required byte[] Json { get; init; }

    /// <summary>Whether the process waits to be started.</summary>
    public bool Parks { get; init; }

    /// <summary>Whether somebody else watches the container: then the file that counts kills for memory is named for him.</summary>
    public bool IsWatched { get; init; }

    /// <summary>Whether systemd makes the cgroup: a transient scope.</summary>
    public bool UsesSystemd { get; init; }

    /// <summary>Whether MS_MOVE and chroot take the place of pivot_root.</summary>
    public bool NoPivot { get; init; }

    /// <summary>Whether no session keyring is made.</summary>
    public bool NoNewKeyring { get; init; }

    /// <summary>How many descriptors of the caller from 3 on the command gets.</summary>
    public int PreservedFds { get; init; }

    /// <summary>
    /// Whether the process ends with this one, however this one ends: for a caller in the foreground who kills the runtime, since
    /// a process that somebody inside has stopped would hold his streams for ever.
    /// </summary>
    public bool EndsWithRuntime { get; init; }

    /// <summary>Where the pid is written once the process exists, or <see langword="null"/>.</summary>
    public string? PidFile { get; init; }

    /// <summary>Gets the state directory once it is the container's, before the container is made; <see langword="null"/>: nobody wants it.</summary>
    public Action<string>? Claimed { get; init; }

    /// <summary>Gets a pidfd of the process, which stays the caller's, before the process runs; <see langword="null"/>: nobody wants it.</summary>
    public Action<int>? ProcessReceiver { get; init; }

    /// <summary>The caller's standard streams, which stay the caller's; <see langword="null"/>: they are passed on as they are.</summary>
    public CallerStreams? Streams { get; init; }

    /// <summary>Gets the terminal's master, and owns it; needed for a process with a terminal.</summary>
    public Action<int>? TerminalReceiver { get; init; }

    /// <summary>Gets what failed without the start failing.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>Gets what is left out of what was asked for, and is no matter of who runs the command.</summary>
    public Action<string>? Note { get; init; }
}
