using System.Management.Automation;
using PSContainer.Containers.Options;
using PSContainer.FileSystems;
using PSContainer.Images;
using PSContainer.Overlays;

namespace PSContainer.Binding;

/// <summary>
/// Reads overlays in every shape they come in: paths, live objects, directories, and what is left of an object.
/// </summary>
public sealed class OverlayTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) =>
        SourceText.Flatten(value).Select(element => ReadOne(element, engine)).ToArray();

    private static OverlayReference ReadOne(object value, EngineIntrinsics engine) => SourceText.Bare(value) switch
    {
        OverlayReference reference => reference,
        Overlay overlay => new(overlay),
        _ when PathProperties.Of(value, engine, "Path", "FullName") is { } path => new(path, path) { IsLiteral = true },
        string { Length: > 0 } text => new(text, HostPaths.Resolve(engine.SessionState, text)),
        _ => throw new InvalidMountException(
            $"'{value}' does not say which overlay is meant.", "Give the path it is mounted on, or an object of Get-Overlay."),
    };
}

/// <summary>Reads mounts in every shape they come in: paths, live objects, directories, and what is left of an object.</summary>
public sealed class MountPointTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) =>
        SourceText.Flatten(value).Select(element => ReadOne(element, engine)).ToArray();

    private static MountPointReference ReadOne(object value, EngineIntrinsics engine) => SourceText.Bare(value) switch
    {
        MountPointReference reference => reference,
        MountPoint mount => new(mount),
        Overlay overlay => new(overlay.Path, overlay.Path) { IsLiteral = true },
        _ when PathProperties.Of(value, engine, "Path", "FullName") is { } path => new(path, path) { IsLiteral = true },
        string { Length: > 0 } text => new(text, HostPaths.Resolve(engine.SessionState, text)),
        _ => throw new InvalidMountException(
            $"'{value}' does not say which mount is meant.", "Give the path it is mounted on, or an object of Get-MountPoint."),
    };
}

/// <summary>Reads lower directories: paths, directories, overlays, and what Expand-ContainerImage emits.</summary>
public sealed class LowerTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) =>
        SourceText.Flatten(value).Select(element => ReadOne(element, engine)).ToArray();

    private static string ReadOne(object value, EngineIntrinsics engine) => SourceText.Bare(value) switch
    {
        Overlay overlay => overlay.Path,
        RootfsDirectory root => root.Path,
        RootfsSource { Path: { } path } => path,
        RootfsSource => "/",
        string { Length: > 0 } text => HostPaths.Resolve(engine.SessionState, text),
        _ when PathProperties.Of(value, engine, "Path", "FullName", "RootPath") is { } path => path,
        _ => throw new InvalidMountException(
            $"'{value}' is not a lower directory.",
                "Give a path, a DirectoryInfo, an Overlay, or what Expand-ContainerImage emits."),
    };
}

/// <summary>The path that an object is about.</summary>
internal static class PathProperties
{
    /// <summary>Of a directory, or of the first of these properties that is a text.</summary>
    /// <returns>The path, or <see langword="null"/> when the object tells none.</returns>
    internal static string? Of(object value, EngineIntrinsics engine, params string[] names)
    {
        if (SourceText.Bare(value) is FileSystemInfo item)
            return item.FullName;
        if (SourceText.Bare(value) is not PSCustomObject)
            return null;
        PSMemberInfoCollection<PSPropertyInfo> properties = PSObject.AsPSObject(value).Properties;
        return names.Select(name => SourceText.Bare(properties[name]?.Value) as string).FirstOrDefault(text => text is {
            Length: > 0 }) is { } path
            ? HostPaths.Resolve(engine.SessionState, path)
            : null;
    }
}
