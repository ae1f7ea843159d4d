using System.Collections.ObjectModel;
using System.Management.Automation;

namespace PSContainer.Binding;

/// <summary>Paths of PowerShell, whose location is not the process's directory, as paths of the host.</summary>
internal static class HostPaths
{
    private const string FileSystem = "FileSystem";
    private static readonly string[] ProviderPrefixes = [@"Microsoft.PowerShell.Core\FileSystem::", "FileSystem::"];

    /// <summary>A path as it is, without wildcards.</summary>
    /// <exception cref="InvalidSpecException">It is of something else than the file system.</exception>
    internal static string Resolve(SessionState session, string path)
    {
        if (WithoutProvider(path) is { } plain)
            return plain;
        if (IsRelative(session, path))
            return Path.Combine(session.Path.CurrentFileSystemLocation.ProviderPath, path);
        try
        {
            string found = session.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
            return provider.Name == FileSystem ? found : throw NoFile(path, provider);
        }
        catch (SessionStateException exception)
            when (exception is System.Management.Automation.DriveNotFoundException or ProviderNotFoundException)
        {
            // A colon does not make a drive here: "a:b" is a file's name unless there is a drive a.
            return Path.Combine(session.Path.CurrentFileSystemLocation.ProviderPath, path);
        }
    }

    /// <summary>The paths that a pattern means; one without wildcards means itself, whether it is there or not.</summary>
    /// <exception cref="ContainerException">A pattern means nothing, or something else than files.</exception>
    internal static IReadOnlyList<string> Expand(SessionState session, string pattern)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(pattern))
            return [Resolve(session, pattern)];
        string full = IsRelative(session, pattern)
            ? $"{WildcardPattern.Escape(session.Path.CurrentFileSystemLocation.ProviderPath).TrimEnd('/')}/{pattern}"
            : pattern;
        Collection<string> found = session.Path.GetResolvedProviderPathFromPSPath(full, out ProviderInfo provider);
        if (provider.Name != FileSystem)
            throw NoFile(pattern, provider);
        return found.Count > 0 ? found : throw new ContainerException(
            $"There is nothing that '{pattern}' means.", "Check the pattern, or give a name with [ or ] in it with -LiteralPath.")
        { Target = pattern };
    }

    /// <summary>The path that a value is: a text, a file, or what is left of one.</summary>
    internal static string Of(SessionState session, object value) => SourceText.Bare(value) switch
    {
        FileSystemInfo item => item.FullName,
        _ when value is PSObject wrapped && wrapped.Properties["PSPath"]?.Value is string path => Resolve(session, path),
        // Of a row or an object its property is meant, which the binder tries next, and not its text.
        PSCustomObject => throw new InvalidSpecException(
            $"'{value}' is not a path.", "Give a text, a file or directory, or an object with such a property."),
        _ => Resolve(session, SourceText.Of(value)),
    };

    // PowerShell takes a backslash for a slash, but below the root of the host it is a character like any other.
    private static string? WithoutProvider(string path)
    {
        string rest = ProviderPrefixes.FirstOrDefault(prefix => path.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) is { } prefix
            ? path[prefix.Length..]
            : path;
        return rest.StartsWith('/') && (rest.Length < path.Length || rest.Contains('\\', StringComparison.Ordinal)) ? rest : null;
    }

    // Where the location is of another provider (env:, a certificate), a relative path is still a file's, as for a native command.
    private static bool IsRelative(SessionState session, string path) =>
        session.Path.CurrentLocation.Provider.Name != FileSystem && !path.StartsWith('/') && !path.StartsWith('~')
        && !session.Path.IsPSAbsolute(path, out _) && !path.Contains("::", StringComparison.Ordinal);

    private static InvalidSpecException NoFile(string path, ProviderInfo provider) =>
        new($"'{path}' is no path of a file: it is of {provider.Name}.", "Give the path of a file or directory.") { Target = path };
}
