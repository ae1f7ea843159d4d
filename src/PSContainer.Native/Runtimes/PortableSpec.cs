using PSContainer.Cgroups.Devices;
using PSContainer.Spec;

namespace PSContainer.Runtimes;

/// <summary>
/// Says in the specification's own words what our runtime knows by itself or by our annotations, so that any OCI runtime
/// makes the same container of a configuration.
/// </summary>
public static class PortableSpec
{
    /// <summary>Where the init is inside the container.</summary>
    private const string InitPath = "/dev/pscontainer-init";

    private static readonly string[] s_ownOnly =
        [Annotation.OverlayLower, Annotation.OverlayUpper, Annotation.OverlayWork, Annotation.OverlayVolatile, Annotation.Init];

    /// <summary>Translates.</summary>
    /// <param name="spec">A configuration of ours.</param>
    /// <param name="root">Where the root filesystem is: absolute, or relative to the bundle.</param>
    /// <param name="ownExecutable">Absolute path of our executable, bound into the container when it asks for the init.</param>
    /// <exception cref="InvalidSpecException">It has no command, and no init to do without one.</exception>
    public static ContainerSpec Make(ContainerSpec spec, string root, string ownExecutable)
    {
        if (!UsesInit(spec) && spec.Process?.Args is not { Count: > 0 })
            throw new InvalidSpecException("The configuration has no command.", "Give process.args.") { Target = "process.args" };
        LinuxSpec linux = spec.Linux ?? new();
        ContainerSpec portable = spec with
        {
            // What is in it has been so since then, and crun takes no later version for long after it could.
            OciVersion = IsLater(spec) ? spec.OciVersion : "1.0.2",
            Root = (spec.Root ?? new RootSpec()) with { Path = root },
            Annotations = Without(spec.Annotations),
            Linux = linux with { Resources = WithDevices(linux.Resources) },
        };
        return UsesInit(spec) ? WithInit(portable, ownExecutable) : portable;
    }

    /// <summary>Whether the root filesystem is put together of layers, which is not the specification's.</summary>
    public static bool HasOverlay(ContainerSpec spec) => spec.Annotations?.ContainsKey(Annotation.OverlayLower) == true;

    // Members that version 1.0 of the specification does not have.
    private static bool IsLater(ContainerSpec spec) =>
        spec.Domainname is not null || spec.Process?.Scheduler is not null || spec.Process?.IoPriority is not null
        || spec.Linux?.TimeOffsets is not null || spec.Mounts?.Any(mount => mount.UidMappings is not null) == true;

    private static bool UsesInit(ContainerSpec spec) => spec.Annotations?.GetValueOrDefault(Annotation.Init) == "true";

    private static ContainerSpec WithInit(ContainerSpec spec, string executable) => spec with
    {
        Process = (spec.Process ?? new ProcessSpec()) with { Args = [InitPath, "init", "--", .. spec.Process?.Args ?? []] },
        Mounts =
        [
            .. spec.Mounts ?? [],
            new MountSpec { Destination = InitPath, Type = "bind", Source = executable, Options = ["bind", "ro", "nosuid", "nodev"] },
        ],
    };

    // Other runtimes allow every device that no rule denies; ours none that no rule allows.
    private static ResourcesSpec WithDevices(ResourcesSpec? resources) => (resources ?? new()) with
    {
        Devices = [DefaultDeviceRules.DenyAll, .. resources?.Devices ?? [], .. DefaultDeviceRules.Needed],
    };

    private static Dictionary<string, string>? Without(IReadOnlyDictionary<string, string>? annotations) =>
        annotations?.Where(one => !s_ownOnly.Contains(one.Key)).ToDictionary(StringComparer.Ordinal);
}
