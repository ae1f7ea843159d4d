using System.Globalization;
using PSContainer.Containers.Options;
using PSContainer.Spec;

namespace PSContainer.Containers.Compose;

/// <summary>Kernel parameters: those asked for, and as docker has them two that let anybody in a network of the container's own ping and listen.</summary>
internal static class SysctlComposer
{
    /// <summary>The parameters; <see langword="null"/> for none.</summary>
    internal static IReadOnlyDictionary<string, string>? Compose(Composition composition)
    {
        ContainerOptions options = composition.Options;
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        if (composition.Network.Kind == NamespaceModeKind.Private)
        {
            foreach (string name in composition.Facts.NetworkSysctls)
            {
                if ((name == SysctlName.FirstOpenPort ? "0" : PingRange(composition)) is { } value)
                    parameters[name] = value;
            }
        }
        foreach ((string name, string value) in options.Sysctls)
        {
            // One parameter has two names, with dots and with slashes.
            foreach (string same in SysctlName.OfNetwork.Where(one => SysctlName.ToPath(one) == SysctlName.ToPath(name)))
                parameters.Remove(same);
            parameters[name] = value;
        }
        return parameters.Count > 0 ? parameters : null;
    }

    // The kernel takes only groups that the user namespace has, from the lower to the higher one on the host.
    private static string? PingRange(Composition composition)
    {
        IReadOnlyList<IdMapping>? map = MappedIds.MapOf(composition, group: true);
        if (!composition.HasUserNamespace && map is null)
            return "0 2147483647";
        IdMapping? first = map?.FirstOrDefault(static one => one.ContainerId == 0), last = map?.MaxBy(static one => one.ContainerId);
        if (first is null || last is null || last.HostId < first.HostId)
            return null;
        long highest = Math.Min(int.MaxValue, (long)last.ContainerId + last.Size - 1);
        return highest >= last.ContainerId ? string.Create(CultureInfo.InvariantCulture, $"0 {highest}") : null;
    }
}
