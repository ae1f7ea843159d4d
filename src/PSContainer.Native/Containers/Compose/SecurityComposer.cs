using PSContainer.Containers.Options;
using PSContainer.Kernel;
using PSContainer.Machine;
using PSContainer.Security;
using PSContainer.Spec;
using PSContainer.Words;

namespace PSContainer.Containers.Compose;

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
    /// As the specification writes them. The inheritable and ambient sets stay empty, so that no file of the root gains by
    /// them, but for what a user other than root was given by name: execve(2) would take it away otherwise.
    /// </summary>
    /// <param name="capabilities">All of them, ascending.</param>
    /// <param name="given">Those that were given by name.</param>
    /// <param name="uid">Who gets them.</param>
    internal static CapabilitiesSpec Compose(IReadOnlyList<Capability> capabilities, IEnumerable<Capability> given, uint uid)
    {
        string[] names = Names(capabilities), ambient = uid == 0 ? [] : Names(capabilities.Intersect(given));
        return new() { Bounding = names, Effective = names, Permitted = names, Inheritable = ambient, Ambient = ambient };
    }

    /// <summary>Capabilities that were given by name, and by <c>All</c> every one.</summary>
    internal static IEnumerable<Capability> Given(ContainerOptions options) =>
        options.AddAllCapabilities ? CapabilitySets.All : options.AddCapability;

    /// <summary>Paths that cannot be read.</summary>
    internal static string[] MaskedPaths(ContainerOptions options, HostFacts facts) =>
        Paths(options, [.. DefaultPaths.Masked, .. facts.ThermalPaths], options.MaskedPaths, "A masked path");

    /// <summary>Paths that cannot be written.</summary>
    internal static string[] ReadOnlyPaths(ContainerOptions options) =>
        Paths(options, DefaultPaths.ReadOnly, options.ReadOnlyPaths, "A read-only path");

    private static string[] Names(IEnumerable<Capability> capabilities) => [.. capabilities.Order().Select(CapabilityName.Format)];

    private static string[] Paths(
        ContainerOptions options, IReadOnlyList<string> defaults, IReadOnlyList<string> more, string what)
    {
        IEnumerable<string> asked = more.Select(path => PathWord.RequireInside(path, what));
        return [.. (options.Privileged ? [] : defaults).Union(asked)];
    }
}
