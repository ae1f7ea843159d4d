using System.Collections;
using System.Management.Automation;
using PSContainer.Containers.Options;
using PSContainer.Words;

namespace PSContainer.Binding;

/// <summary>Reads a root filesystem: a directory, its path, or <c>Host</c>.</summary>
public sealed class RootfsTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) => SourceText.Bare(value) switch
    {
        RootfsSource source => source,
        string word when word.Equals(RootfsSource.Host.ToString(), StringComparison.OrdinalIgnoreCase) => RootfsSource.Host,
        string or FileSystemInfo => RootfsSource.Directory(HostPaths.Of(engine.SessionState, value)),
        _ when Path(value) is { } path => RootfsSource.Directory(HostPaths.Resolve(engine.SessionState, path)),
        _ => throw new InvalidSpecException(
            $"'{value}' is not a root filesystem.", "Give the path of a directory, a DirectoryInfo, an Overlay, or Host."),
    };

    private static string? Path(object value)
    {
        PSMemberInfoCollection<PSPropertyInfo> properties = PSObject.AsPSObject(value).Properties;
        return (properties["RootPath"] ?? properties["FullName"] ?? properties["Path"])?.Value as string;
    }
}

/// <summary>
/// Reads mounts: <c>'./site:/srv:ro'</c>, <c>@{ './site' = '/srv' }</c>, <c>@{ Source = …; Destination = … }</c>.
/// </summary>
public sealed class MountTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) =>
        SourceText.Flatten(value).SelectMany(element => ReadOne(element, engine)).ToArray();

    private static IEnumerable<MountOption> ReadOne(object value, EngineIntrinsics engine)
    {
        switch (SourceText.Bare(value))
        {
            case MountOption mount:
                return [mount];
            case IDictionary pairs when pairs.Contains("Destination"):
                return [FromParts(pairs, engine)];
            case IDictionary pairs:
                // A key is a path as it is: no colon of it ends it.
                return Dictionaries.Values(pairs)
                    .Select(pair => MountWord.ParseBind(pair.Key, pair.Value, path => HostPaths.Resolve(engine.SessionState, path)))
                    .ToArray();
            default:
                return [Parse(SourceText.Of(value), engine)];
        }
    }

    private static MountOption Parse(string word, EngineIntrinsics engine) =>
        MountWord.ParseBind(word, path => HostPaths.Resolve(engine.SessionState, path));

    private static MountOption FromParts(IDictionary pairs, EngineIntrinsics engine)
    {
        Dictionaries.RequireValues(pairs);
        var mount = new MountOption { Destination = "" };
        foreach (DictionaryEntry pair in pairs)
        {
            string text = SourceText.Of(pair.Value!);
            mount = SourceText.Of(pair.Key).ToUpperInvariant() switch
            {
                "SOURCE" => mount with { Source = HostPaths.Of(engine.SessionState, pair.Value!) },
                "DESTINATION" => mount with { Destination = text },
                "READONLY" => mount with { ReadOnly = LanguagePrimitives.IsTrue(pair.Value) },
                "SIZE" => mount with { Size = ByteSizeWord.Parse(text) },
                "MODE" => mount with { Mode = ModeWord.Parse(text) },
                "OPTIONS" => mount with { Options = SourceText.Flatten(pair.Value).Select(SourceText.Of).ToArray() },
                _ => throw new InvalidSpecException(
                    $"A mount has no '{pair.Key}'.", "Its keys are Source, Destination, ReadOnly, Size, Mode and Options."),
            };
        }
        return mount;
    }
}

/// <summary>Reads tmpfs mounts: <c>/tmp</c>, <c>'/tmp:size=64m,mode=1777'</c>.</summary>
public sealed class TmpfsTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) => SourceText.Flatten(value)
        .Select(element => SourceText.Bare(element) as MountOption ?? MountOption.ParseTmpfs(SourceText.Of(element)))
        .ToArray();
}

/// <summary>Reads devices: <c>/dev/fuse</c>, <c>/dev/sda:/dev/disk:r</c>.</summary>
public sealed class DeviceTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) => SourceText.Flatten(value)
        .Select(element => SourceText.Bare(element) as DeviceOption ?? DeviceOption.Parse(SourceText.Of(element)))
        .ToArray();
}

/// <summary>Reads paths of the host in PowerShell's ways.</summary>
public sealed class HostPathTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) =>
        SourceText.Flatten(value).Select(element => HostPaths.Of(engine.SessionState, element)).ToArray();
}

/// <summary>Reads one path of the host in PowerShell's ways.</summary>
public sealed class OneHostPathTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) => SourceText.Flatten(value).ToArray() is [var one]
        ? HostPaths.Of(engine.SessionState, one)
        : throw new InvalidMountException("One path is meant here, and several were given.", "Give one.");
}
