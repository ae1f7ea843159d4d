namespace PSContainer.Trees;

/// <summary>The names that several sources get at one destination: none may take another's, as with cp(1).</summary>
/// <param name="destination">Where they go.</param>
/// <param name="count">How many there are.</param>
/// <param name="isDirectory">Whether the destination is a directory that is there.</param>
public sealed class CopyNames(string destination, int count, bool isDirectory)
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>Whether a path means what is in a directory: <c>dir/.</c>, <c>.</c>, <c>..</c>.</summary>
    public static bool IsContents(string path) => path is "." or ".." || path.EndsWith("/.", StringComparison.Ordinal)
        || path.EndsWith("/..", StringComparison.Ordinal);

    /// <summary>What is at the end of a path and means something, though it leads to the same directory.</summary>
    /// <returns><c>/.</c>, <c>/</c> or nothing.</returns>
    public static string EndOf(string path) => IsContents(path) ? "/." : path.Length > 1 && path.EndsWith('/') ? "/" : "";

    /// <summary>Refuses several sources where there is no directory for them: all would be the same file.</summary>
    /// <exception cref="ContainerException">That is so.</exception>
    public void Require()
    {
        if (!isDirectory && count > 1)
        {
            throw new ContainerException(
                $"{count} things were to be copied to '{destination}', which is no directory that is there.",
                "Make the directory first, or copy one thing.")
            { Target = destination };
        }
    }

    /// <summary>Takes the name of a source.</summary>
    /// <exception cref="ContainerException">Another has it.</exception>
    public void Claim(string source)
    {
        if (IsContents(source))
            return;
        string name = Path.GetFileName(source.TrimEnd('/'));
        if (!_taken.Add(name))
        {
            throw new ContainerException(
                $"'{source}' was not copied: something else was just copied to '{destination.TrimEnd('/')}/{name}'.",
                "Copy it to another directory.")
            { Target = source };
        }
    }
}
