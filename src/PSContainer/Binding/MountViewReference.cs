using PSContainer.Containers;
using PSContainer.FileSystems;
using PSContainer.Proc;

namespace PSContainer.Binding;

/// <summary>
/// Mounts as they were named: one by its object or its path, or all that a process, a container or a mount namespace sees.
/// </summary>
public sealed class MountViewReference
{
    private readonly Func<IReadOnlyList<MountPoint>> _list;

    internal MountViewReference(string text, Func<IReadOnlyList<MountPoint>> list)
    {
        Text = text;
        _list = list;
    }

    /// <summary>What was written; of an object its path or name.</summary>
    public string Text { get; }

    /// <summary><see cref="Text"/>.</summary>
    public override string ToString() => Text;

    /// <summary>The mounts.</summary>
    /// <exception cref="ContainerException">There is no such mount, process, container or namespace.</exception>
    internal IReadOnlyList<MountPoint> List() => _list();

    internal static MountViewReference Of(MountPoint mount) => new(
        mount.Path, () => mount.IsMounted ? [mount] : throw new MountPointNotFoundException(mount.Path) { Target = mount.Path });

    internal static MountViewReference OfPath(string path) => new(
        path, () => MountPoint.Find(path) is { } mount ? [mount] : throw new MountPointNotFoundException(path) { Target = path });

    internal static MountViewReference OfProcess(int pid) => new(
        pid.ToString(System.Globalization.CultureInfo.InvariantCulture), () => MountPoint.List(pid));

    internal static MountViewReference OfContainer(Container container) => new(container.Name, () => MountPoint.List(
        container.Pid ?? throw ContainerStateException.NotRunning(container.Name, "it sees nothing")));

    internal static MountViewReference OfContainer(string name) =>
        new(name, () => OfContainer(ContainerEngine.Default.Get(name)).List());

    /// <summary>What is mounted in a mount namespace; a namespace of another type has no mounts.</summary>
    internal static MountViewReference OfNamespace(NamespaceReference reference) => new(reference.Text, () => ListIn([reference]));

    /// <summary>What is mounted in the mount namespaces among these, of which there has to be one.</summary>
    internal static MountViewReference OfNamespaces(IReadOnlyList<NamespaceReference> references) => new(
        string.Join(", ", references), () => ListIn(references) is { Count: > 0 } found ? found : throw new NamespaceNotFoundException(
            $"No mount namespace is among '{string.Join(", ", references)}'.", "Name one; only they have mounts."));

    private static IReadOnlyList<MountPoint> ListIn(IEnumerable<NamespaceReference> references) =>
    [
        .. references.SelectMany(reference => reference.Resolve()).Distinct().Where(one => one.Type == NamespaceType.Mount)
            .SelectMany(one => MountEngine.List(one)),
    ];
}
