namespace PSContainer.Kernel;

/// <summary>Paths of the host as they were written down.</summary>
internal static class HostPath
{
    /// <summary>The absolute path; a relative one begins at the process's current directory.</summary>
    /// <exception cref="InvalidSpecException">It is empty or holds a NUL, which no path can.</exception>
    internal static string Full(string path) => Path.GetFullPath(Checked(path));

    /// <summary>The absolute path; a relative one begins at a directory.</summary>
    /// <exception cref="InvalidSpecException">It is empty or holds a NUL, which no path can.</exception>
    internal static string Full(string path, string directory) => Path.GetFullPath(Checked(path), directory);

    private static string Checked(string path)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new InvalidSpecException(
                path.Length == 0 ? "A path is empty." : $"'{path}' holds a NUL character, which no path can.", "Give the path of a file or directory.")
            { Target = path };
        }
        return path;
    }
}
