using System.Globalization;
using PSContainer.Containers.Options;
using PSContainer.Kernel;
using PSContainer.Machine;
using PSContainer.Proc;
using PSContainer.Spec;

namespace PSContainer.Containers.Compose;

/// <summary>Namespaces and id maps.</summary>
internal static class NamespaceComposer
{
    private const string Advice = "Use Private, Host or container:NAME.";

    /// <summary>The namespaces that are not the caller's.</summary>
    /// <exception cref="InvalidSpecException">A mode contradicts another, or names a container that does not run.</exception>
    internal static IReadOnlyList<NamespaceSpec> Compose(Composition composition)
    {
        ContainerOptions options = composition.Options;
        if (options.MountMode.Kind == NamespaceModeKind.Host)
        {
            throw new InvalidSpecException(
                "A container cannot use this PowerShell's own mount namespace: its root would become the host's.",
                "Leave the Mount namespace out of -Namespace.");
        }
        if (options.UserMode is { Kind: NamespaceModeKind.Host } && composition.Facts.UserId != 0)
        {
            throw new InvalidSpecException(
                "-UserMode Host is for root: in the caller's own user namespace an ordinary user may make no other namespace.",
                "Leave out -UserMode: root inside is you then.");
        }
        var list = new List<NamespaceSpec>();
        Add(list, composition, "mount", "mnt", options.MountMode);
        Add(list, composition, "pid", "pid", options.PidMode);
        Add(list, composition, "ipc", "ipc", options.IpcMode);
        Add(list, composition, "uts", "uts", options.UtsMode);
        Add(list, composition, "network", "net", composition.Network);
        Add(list, composition, "cgroup", "cgroup", options.CgroupMode);
        Add(list, composition, "time", "time", options.TimeMode);
        if (composition.HasUserNamespace)
            Add(list, composition, "user", "user", composition.UserMode);
        return list;
    }

    /// <summary>Annotations that name the containers whose namespaces are joined.</summary>
    internal static void AddAnnotations(ContainerOptions options, Dictionary<string, string> annotations)
    {
        foreach ((string type, NamespaceMode? mode) in ((string, NamespaceMode?)[])
        [
            ("pid", options.PidMode), ("ipc", options.IpcMode), ("uts", options.UtsMode), ("cgroup", options.CgroupMode),
            ("network", (options.Network ?? NetworkMode.None).Namespace), ("user", options.UserMode),
        ])
        {
            if (mode is { Kind: NamespaceModeKind.Container })
                annotations[Annotation.NamespacePrefix + type] = mode.Target!;
        }
    }

    /// <summary>A configuration with the namespaces of other containers as they are now.</summary>
    /// <exception cref="ContainerException">One of them does not run.</exception>
    internal static ContainerSpec Refresh(ContainerSpec spec, Func<string, int> pidOf)
    {
        if (spec.Linux?.Namespaces is not { } namespaces || spec.Annotations is not { } annotations)
            return spec;
        NamespaceSpec[] now =
        [
            .. namespaces.Select(one => annotations.TryGetValue(Annotation.NamespacePrefix + one.Type, out string? container)
                ? one with { Path = PathOf(pidOf(container), NamespaceTypes.FileName(one.Type)) }
                : one),
        ];
        return now.SequenceEqual(namespaces) ? spec : spec with { Linux = spec.Linux with { Namespaces = now } };
    }

    /// <summary>User or group ids of a new user namespace.</summary>
    /// <returns>The map, or <see langword="null"/> when there is no new user namespace.</returns>
    /// <exception cref="InvalidSpecException">It contradicts the mode, or overlaps.</exception>
    internal static IReadOnlyList<IdMapping>? Map(Composition composition, IReadOnlyList<IdMapping> map, bool group)
    {
        ContainerOptions options = composition.Options;
        string what = group ? "-GidMap" : "-UidMap";
        bool isNew = composition.UserMode.Kind == NamespaceModeKind.Private;
        if (map.Count > 0 && !isNew)
            throw new InvalidSpecException(
                $"{what} needs a user namespace of the container's own.", "Leave -UserMode away, or use Private.");
        if (!isNew)
            return null;
        if (map.Count == 0)
        {
            if (!options.MapRootUser && (options.UidMap.Count > 0 || options.GidMap.Count > 0))
                throw new InvalidSpecException($"{what} is missing.", "Give both -UidMap and -GidMap.");
            return IdMapRules.Default(composition.Facts, options.MapRootUser, group);
        }
        IdMapRules.Require(composition.Facts, map, group);
        return map;
    }

    private static void Add(List<NamespaceSpec> list, Composition composition, string type, string file, NamespaceMode mode)
    {
        switch (mode.Kind)
        {
            case NamespaceModeKind.Private:
                list.Add(new() { Type = type });
                break;
            case NamespaceModeKind.Container:
                list.Add(new() { Type = type, Path = PathOf(composition.PidOf(mode.Target!), file) });
                break;
            case NamespaceModeKind.Path:
                list.Add(new() { Type = type, Path = RequireFile(mode.Target!) });
                break;
        }
    }

    private static string PathOf(int pid, string file) => string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/{file}");

    private static string RequireFile(string path)
    {
        string full = HostPath.Full(path);
        return File.Exists(full)
            ? full
            : throw new InvalidSpecException($"There is no namespace file '{full}'.", Advice) { Target = full };
    }
}
