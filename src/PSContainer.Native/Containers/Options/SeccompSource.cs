namespace PSContainer;

/// <summary>Where a container's system call filter comes from.</summary>
public sealed record SeccompSource
{
    private SeccompSource(string word, string? path)
    {
        Word = word;
        Path = path;
    }

    /// <summary>The built-in profile, fitted to the container's capabilities.</summary>
    public static SeccompSource Default { get; } = new("Default", null);

    /// <summary>No filter.</summary>
    public static SeccompSource Unconfined { get; } = new("Unconfined", null);

    /// <summary>A profile's file; <see langword="null"/> for the two words.</summary>
    public string? Path { get; }

    private string Word { get; }

    /// <summary>A profile in the JSON that docker and the OCI specification use.</summary>
    public static SeccompSource File(string path) => new(path, System.IO.Path.GetFullPath(path));

    /// <summary>Reads <c>Default</c> or <c>Unconfined</c> in any case, or the path of a profile.</summary>
    public static SeccompSource Parse(string word)
    {
        if (word.Equals("Default", StringComparison.OrdinalIgnoreCase))
            return Default;
        return word.Equals("Unconfined", StringComparison.OrdinalIgnoreCase) ? Unconfined : File(word);
    }

    /// <summary>The word that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Word;
}
