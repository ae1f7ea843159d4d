namespace PSContainer.Spec;

/// <summary>
/// Annotations that PSContainer itself gives a meaning. Those that choose something of the host are heeded only in a configuration
/// that the module wrote: engines and bundle makers copy what an image says of itself into theirs.
/// </summary>
public static class Annotation
{
    /// <summary>Lower directories of an overlay root, top first, as a JSON array of absolute paths.</summary>
    public const string OverlayLower = "org.pscontainer.overlay.lower";

    /// <summary>Upper directory of the overlay root; missing: a tmpfs inside the container's mount namespace.</summary>
    public const string OverlayUpper = "org.pscontainer.overlay.upper";

    /// <summary>Work directory of the overlay root, on the filesystem of the upper one.</summary>
    public const string OverlayWork = "org.pscontainer.overlay.work";

    /// <summary><c>true</c>: no sync on the overlay root (mount option <c>volatile</c>).</summary>
    public const string OverlayVolatile = "org.pscontainer.overlay.volatile";

    /// <summary>Path on the host of the mounted overlay that is the root, or the layer below it: without it the container cannot start.</summary>
    public const string OverlayMount = "org.pscontainer.overlay.mount";

    /// <summary>Upper directory of that overlay, by which another one on the same path is told.</summary>
    public const string OverlayMountUpper = "org.pscontainer.overlay.mount-upper";

    /// <summary><c>true</c>: the runtime's own init is PID 1; it reaps, and forwards signals to the command.</summary>
    public const string Init = "org.pscontainer.init";

    /// <summary>
    /// Those that change what a runtime does, a name with a dot at its end for all that begin so: an engine that takes
    /// configurations from others keeps them out (features.md, "Unsafe annotations in config.json").
    /// </summary>
    public static IReadOnlyList<string> Obeyed { get; } = ["org.criu.config", "org.pscontainer.", KeepGroups, FailUnknownCall];

    /// <summary><c>1</c>: processes keep the supplementary groups of the runtime's caller; as crun has it, and podman asks for it.</summary>
    public const string KeepGroups = "run.oci.keep_original_groups";

    /// <summary><c>1</c>: a filter that names a call that is none is refused; as crun has it.</summary>
    public const string FailUnknownCall = "run.oci.seccomp_fail_unknown_syscall";

    /// <summary>
    /// Rules of Landlock as a JSON array of <c>PATH:ACCESS</c>, which every process of the container gets; missing: no wall.
    /// </summary>
    public const string Landlock = "org.pscontainer.landlock";

    /// <summary>
    /// Of a namespace that is another container's: that container, by the type after this prefix. A later start finds it anew.
    /// </summary>
    public const string NamespacePrefix = "org.pscontainer.namespace.";

    /// <summary>The name that people use; the id is the directory's name.</summary>
    public const string Name = "org.pscontainer.name";

    /// <summary>What users label: the key after this prefix.</summary>
    public const string LabelPrefix = "org.pscontainer.label.";

    /// <summary><c>true</c>: the container is removed when it ends.</summary>
    public const string RemoveOnExit = "org.pscontainer.remove-on-exit";

    /// <summary>The signal that asks the container to stop.</summary>
    public const string StopSignal = "org.pscontainer.stop-signal";

    /// <summary>Seconds between the stop signal and SIGKILL.</summary>
    public const string StopTimeout = "org.pscontainer.stop-timeout";

    /// <summary>Seconds after which the container is ended.</summary>
    public const string Timeout = "org.pscontainer.timeout";

    /// <summary><c>true</c>: standard input stays open.</summary>
    public const string Interactive = "org.pscontainer.interactive";

    /// <summary>Where the log is, when not in the state directory.</summary>
    public const string LogPath = "org.pscontainer.log.path";

    /// <summary>Bytes after which the log begins anew.</summary>
    public const string LogMaxSize = "org.pscontainer.log.max-size";

    /// <summary>Refuses a configuration of somebody else's whose annotations choose directories of the host.</summary>
    /// <exception cref="InvalidSpecException">It has one.</exception>
    public static void RequireNoDirectories(ContainerSpec spec)
    {
        foreach (string name in (string[])[OverlayLower, OverlayUpper, OverlayWork, OverlayVolatile])
        {
            if (spec.Annotations?.ContainsKey(name) != true)
                continue;
            throw new InvalidSpecException(
                $"The annotation '{name}' is only for containers of the module: an image must not choose directories of the host.",
                "Leave it out, and name the root filesystem in root.path.") { Target = name };
        }
    }
}
