using System.Collections;
using System.Management.Automation;
using PSContainer.Containers;

namespace PSContainer.Binding;

/// <summary>Paths of PowerShell, whose location is not the process's directory, as paths of the host.</summary>
internal static class HostPaths
{
    internal static string Resolve(EngineIntrinsics engine, string path)
    {
        // PowerShell takes a backslash for a slash, but below the root of the host it is a character like any other.
        if (path.StartsWith('/') && path.Contains('\\', StringComparison.Ordinal))
            return path;
        try
        {
            return engine.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);
        }
        catch (SessionStateException exception)
            when (exception is System.Management.Automation.DriveNotFoundException or ProviderNotFoundException)
        {
            // A colon does not make a drive here: "a:b" is a file's name unless there is a drive a.
            return Path.Combine(engine.SessionState.Path.CurrentFileSystemLocation.ProviderPath, path);
        }
    }

    internal static string Of(EngineIntrinsics engine, object value) => SourceText.Bare(value) switch
    {
        FileSystemInfo item => item.FullName,
        _ when value is PSObject wrapped && wrapped.Properties["PSPath"]?.Value is string path => Resolve(engine, path),
        // Of a row or an object its property is meant, which the binder tries next, and not its text.
        PSCustomObject => throw new InvalidSpecException(
            $"'{value}' is not a path.", "Give a text, a file or directory, or an object with such a property."),
        _ => Resolve(engine, SourceText.Of(value)),
    };
}

/// <summary>Reads a root filesystem: a directory, its path, or <c>Host</c>.</summary>
public sealed class RootfsTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) => SourceText.Bare(value) switch
    {
        RootfsSource source => source,
        string word when word.Equals(RootfsSource.Host.ToString(), StringComparison.OrdinalIgnoreCase) => RootfsSource.Host,
        string or FileSystemInfo => RootfsSource.Directory(HostPaths.Of(engine, value)),
        _ when Path(value) is { } path => RootfsSource.Directory(HostPaths.Resolve(engine, path)),
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
                return Dictionaries.Values(pairs).Select(pair => Parse($"{pair.Key}:{pair.Value}", engine)).ToArray();
            default:
                return [Parse(SourceText.Of(value), engine)];
        }
    }

    private static MountOption Parse(string word, EngineIntrinsics engine) =>
        MountWord.ParseBind(word, path => HostPaths.Resolve(engine, path));

    private static MountOption FromParts(IDictionary pairs, EngineIntrinsics engine)
    {
        Dictionaries.RequireValues(pairs);
        var mount = new MountOption { Destination = "" };
        foreach (DictionaryEntry pair in pairs)
        {
            string text = SourceText.Of(pair.Value!);
            mount = SourceText.Of(pair.Key).ToUpperInvariant() switch
            {
                "SOURCE" => mount with { Source = HostPaths.Of(engine, pair.Value!) },
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
        SourceText.Flatten(value).Select(element => HostPaths.Of(engine, element)).ToArray();
}

/// <summary>Reads one path of the host in PowerShell's ways.</summary>
public sealed class OneHostPathTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) => SourceText.Flatten(value).ToArray() is [var one]
        ? HostPaths.Of(engine, one)
        : throw new InvalidMountException("One path is meant here, and several were given.", "Give one.");
}
