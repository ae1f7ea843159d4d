using PSContainer.Cgroups.Hierarchies;
using PSContainer.Containers.Options;
using PSContainer.Machine;
using PSContainer.Plan;
using PSContainer.Rooted;
using PSContainer.Spec;
using PSContainer.Words;

namespace PSContainer.Containers.Compose;

/// <summary>
/// Makes an OCI configuration of what is asked. All words and paths are checked here, before anything is made; nothing but the
/// root filesystem's directory and sources of mounts is looked at.
/// </summary>
public static class SpecComposer
{
    private const int ShortId = 12;

    /// <summary>Composes.</summary>
    /// <param name="options">What is asked.</param>
    /// <param name="id">The container's id.</param>
    /// <param name="facts">The host.</param>
    /// <param name="pidOf">The pid of a running container by name or id, for a <c>container:</c> mode.</param>
    /// <exception cref="ContainerException">
    /// Something asked is wrong; the message says what, the recommendation how it is right.
    /// </exception>
    public static ContainerSpec Compose(ContainerOptions options, string id, HostFacts facts, Func<string, int> pidOf)
    {
        using RootedDirectory root = RootComposer.Open(options);
        var composition = new Composition(options, id, facts, root, pidOf);
        LandlockComposer.RequirePaths(composition);
        string? hostname = HostnameOf(composition);
        IReadOnlyList<DeviceSpec> devices = DeviceComposer.Nodes(options);
        ContainerSpec spec = new()
        {
            Root = RootComposer.Compose(options),
            Hostname = hostname,
            Process = ProcessComposer.Compose(composition, hostname ?? HostnameOutside(composition)),
            Mounts = MountComposer.Compose(composition),
            Annotations = AnnotationComposer.Compose(options),
            Linux = new()
            {
                Namespaces = NamespaceComposer.Compose(composition),
                UidMappings = NamespaceComposer.Map(composition, options.UidMap, group: false),
                GidMappings = NamespaceComposer.Map(composition, options.GidMap, group: true),
                Devices = devices.Count > 0 ? devices : null,
                CgroupsPath = options.CgroupPath ?? options.CgroupParent?.TrimEnd('/') + CgroupPath.Default(id),
                Resources = LimitComposer.Compose(options.Limits, facts, DeviceComposer.Rules(options, devices)),
                Seccomp = SeccompComposer.Compose(options, facts),
                Sysctl = SysctlComposer.Compose(composition),
                MaskedPaths = SecurityComposer.MaskedPaths(options, facts),
                ReadonlyPaths = SecurityComposer.ReadOnlyPaths(options),
            },
        };
        SpecRules.Check(spec);
        return spec;
    }

    // Of a namespace that is joined the name is whatever it is then: nothing is said of it.
    private static string? HostnameOutside(Composition composition) =>
        composition.Options.UtsMode.Kind == NamespaceModeKind.Host ? composition.Facts.HostName : null;

    private static string? HostnameOf(Composition composition)
    {
        ContainerOptions options = composition.Options;
        if (options.UtsMode.Kind != NamespaceModeKind.Private)
        {
            return options.Hostname is null
                ? null
                : throw new InvalidSpecException(
                    "-Hostname needs a UTS namespace of the container's own.", "Leave -UtsMode away, or use Private.");
        }
        string hostname = options.Hostname ?? composition.Id[..Math.Min(ShortId, composition.Id.Length)];
        return HostnameWord.Require(hostname);
    }
}
