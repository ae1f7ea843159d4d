using PSContainer.Containers.Options;
using PSContainer.Machine;
using PSContainer.Spec;

namespace PSContainer.Containers.Compose;

/// <summary>The system call filter of a container.</summary>
internal static class SeccompComposer
{
    /// <summary>The filter, fitted to the capabilities; <see langword="null"/> for none.</summary>
    /// <exception cref="ContainerException">The profile's file cannot be read, or is none.</exception>
    internal static SeccompSpec? Compose(ContainerOptions options, HostFacts facts)
    {
        SeccompSource source = options.SeccompProfile ?? (options.Privileged ? SeccompSource.Unconfined : SeccompSource.Default);
        return source.Load()?.Resolve(SecurityComposer.CapabilitiesOf(options, facts));
    }
}
