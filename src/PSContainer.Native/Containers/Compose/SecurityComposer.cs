using PSContainer.Security;
using PSContainer.Spec;

namespace PSContainer.Containers;

/// <summary>Capabilities, masked and read-only paths.</summary>
internal static class SecurityComposer
{
    /// <summary>The capabilities asked for, ascending.</summary>
    internal static IReadOnlyList<Capability> CapabilitiesOf(ContainerOptions options, HostFacts facts)
    {
        IEnumerable<Capability> start = options.Privileged || options.AddAllCapabilities
            ? facts.Capabilities
            : CapabilitySets.Default;
        if (options.DropAllCapabilities)
            start = [];
        return [.. start.Except(options.DropCapability).Union(options.AddCapability).Order()];
    }

    /// <summary>
    /// As the specification writes them. The inheritable and ambient sets stay empty: no file of the root gains by them.
    /// </summary>
    internal static CapabilitiesSpec Compose(IReadOnlyList<Capability> capabilities)
    {
        string[] names = [.. capabilities.Select(CapabilityName.Format)];
        return new() { Bounding = names, Effective = names, Permitted = names, Inheritable = [], Ambient = [] };
    }

    /// <summary>Paths that cannot be read.</summary>
    internal static string[] MaskedPaths(ContainerOptions options) =>
        Paths(options, DefaultPaths.Masked, options.MaskedPaths, "A masked path");

    /// <summary>Paths that cannot be written.</summary>
    internal static string[] ReadOnlyPaths(ContainerOptions options) =>
        Paths(options, DefaultPaths.ReadOnly, options.ReadOnlyPaths, "A read-only path");

    private static string[] Paths(
        ContainerOptions options, IReadOnlyList<string> defaults, IReadOnlyList<string> more, string what)
    {
        IEnumerable<string> asked = more.Select(path => PathWord.RequireInside(path, what));
        return [.. (options.Privileged ? [] : defaults).Union(asked)];
    }
}
