using System.Globalization;
using System.Management.Automation;
using PSContainer.Containers;
using PSContainer.Containers.Insight;
using PSContainer.FileSystems;
using PSContainer.Namespaces;
using PSContainer.Overlays;
using PSContainer.Proc;

namespace PSContainer.Binding;

/// <summary>
/// Reads what has mounts in every shape it comes in: mounts, overlays, directories, processes, containers, namespaces, and what
/// <c>Select-Object</c>, CSV and JSON leave of an object.
/// </summary>
public sealed class MountViewTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) =>
        SourceText.Flatten(value).Select(element => ReadOne(element, engine)).ToArray();

    private static MountViewReference ReadOne(object value, EngineIntrinsics engine) => SourceText.Bare(value) switch
    {
        MountViewReference reference => reference,
        MountPoint mount => MountViewReference.Of(mount),
        Overlay overlay => MountViewReference.OfPath(overlay.Path),
        Container container => MountViewReference.OfContainer(container),
        ContainerReference { Container: { } container } => MountViewReference.OfContainer(container),
        ContainerProcess process => MountViewReference.OfProcess(process.Id),
        System.Diagnostics.Process process => MountViewReference.OfProcess(process.Id),
        Namespace or ContainerNamespace => OfNamespace(value),
        FileSystemInfo item => MountViewReference.OfPath(item.FullName),
        string text when text.Contains('/', StringComparison.Ordinal) => MountViewReference.OfPath(HostPaths.Resolve(engine.SessionState, text)),
        string { Length: > 0 } text => MountViewReference.OfContainer(text),
        int pid => MountViewReference.OfProcess(pid),
        PSCustomObject => FromProperties(PSObject.AsPSObject(value), engine),
        _ => throw Failure(value),
    };

    // A mount and a process both have an Id and a Path; only a mount says what is mounted.
    private static MountViewReference FromProperties(PSObject value, EngineIntrinsics engine)
    {
        string? path = Text(value, "Path"), id = Text(value, "ProcessId") ?? Text(value, "Pid");
        if (Text(value, "Inode") is not null)
            return OfNamespace(value);
        bool isMount = path is not null && (Text(value, "Source") ?? Text(value, "ParentId") ?? Text(value, "Lower")) is not null;
        id ??= isMount ? null : Text(value, "ContainerId") ?? Text(value, "Container") ?? Text(value, "Id") ?? Text(value, "Name");
        if (id is null)
            return path is null ? throw Failure(value) : MountViewReference.OfPath(HostPaths.Resolve(engine.SessionState, path));
        if (!int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int pid))
            return MountViewReference.OfContainer(id);
        return isMount
            ? new(path!, () => MountPoint.List(pid).LastOrDefault(mount => mount.Path == path) is { } found
                ? [found] : throw new MountPointNotFoundException(path!) { Target = path })
            : MountViewReference.OfProcess(pid);
    }

    private static MountViewReference OfNamespace(object value) => MountViewReference.OfNamespace(
        ((NamespaceReference[])new NamespaceTransformationAttribute().Transform(null!, value)!)[0]);

    private static string? Text(PSObject value, string property) =>
        value.Properties[property]?.Value is { } found && SourceText.Of(found) is { Length: > 0 } text ? text : null;

    private static InvalidMountException Failure(object value) => new(
        $"'{value}' does not say whose mounts are meant.",
        "Give a path, an object of Get-MountPoint, a process, a container or a Mount namespace.");
}
