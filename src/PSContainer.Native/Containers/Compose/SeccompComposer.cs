using PSContainer.Spec;

namespace PSContainer.Containers;

/// <summary>The system call filter of a container.</summary>
internal static class SeccompComposer
{
    private static readonly Lazy<SeccompProfile> DefaultProfile = new(() => SeccompProfile.Default);

    /// <summary>The filter, fitted to the capabilities; <see langword="null"/> for none.</summary>
    /// <exception cref="ContainerException">The profile's file cannot be read, or is none.</exception>
    internal static SeccompSpec? Compose(ContainerOptions options, HostFacts facts)
    {
        SeccompSource source = options.SeccompProfile ?? (options.Privileged ? SeccompSource.Unconfined : SeccompSource.Default);
        if (source == SeccompSource.Unconfined)
            return null;
        SeccompProfile profile = source.Path is { } path ? SeccompProfile.Read(path) : DefaultProfile.Value;
        return profile.Resolve(SecurityComposer.CapabilitiesOf(options, facts));
    }
}
