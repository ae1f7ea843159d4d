namespace PSContainer.Words;

/// <summary>Paths inside a container, as text.</summary>
internal static class PathWord
{
    private const int MaxLength = 4095;

    /// <summary>Refuses what is no absolute path, and what goes up.</summary>
    /// <returns>The path without repeated and trailing slashes.</returns>
    /// <exception cref="InvalidSpecException">It is none.</exception>
    internal static string RequireInside(string path, string what)
    {
        if (!path.StartsWith('/'))
        {
            throw new InvalidSpecException(
                $"{what} must be an absolute path inside the container, not '{path}'.", "Begin it with /.")
            { Target = path };
        }
        if (path.Length > MaxLength || path.AsSpan().ContainsAny('\0', '\n'))
            throw new InvalidSpecException($"{what} is no path: it is too long, or holds a line break or NUL.") { Target = path };
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Contains(".."))
            throw new InvalidSpecException($"{what} must not go up: '{path}'.", "Write the path without '..'.") { Target = path };
        return "/" + string.Join('/', parts.Where(part => part != "."));
    }

    /// <summary>Whether a path is a directory or lies in it.</summary>
    internal static bool IsBelow(string path, string directory) =>
        directory == "/" || path == directory
        || (path.StartsWith(directory, StringComparison.Ordinal) && path[directory.Length] == '/');
}
