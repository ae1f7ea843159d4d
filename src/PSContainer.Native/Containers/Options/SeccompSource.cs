using PSContainer.Kernel;
using PSContainer.Security.Seccomp;

namespace PSContainer.Containers.Options;

/// <summary>Where a container's system call filter comes from.</summary>
public sealed record SeccompSource
{
    private static readonly Lazy<SeccompProfile> BuiltIn = new(() => SeccompProfile.Default);

    private SeccompSource(string word) => Word = word;

    /// <summary>The built-in profile, fitted to the container's capabilities.</summary>
    public static SeccompSource Default { get; } = new("Default");

    /// <summary>No filter.</summary>
    public static SeccompSource Unconfined { get; } = new("Unconfined");

    /// <summary>A profile's file; <see langword="null"/> for the two words and for a profile that is at hand.</summary>
    public string? Path { get; private init; }

    /// <summary>A profile that is at hand.</summary>
    public SeccompProfile? Profile { get; private init; }

    private string Word { get; }

    /// <summary>A profile in the JSON that docker and the OCI specification use.</summary>
    public static SeccompSource File(string path) => new(path) { Path = HostPath.Full(path) };

    /// <summary>A profile that is at hand.</summary>
    public static SeccompSource Of(SeccompProfile profile) => new("Profile") { Profile = profile };

    /// <summary>Reads <c>Default</c> or <c>Unconfined</c> in any case, or the path of a profile.</summary>
    public static SeccompSource Parse(string word)
    {
        if (word.Equals("Default", StringComparison.OrdinalIgnoreCase))
            return Default;
        return word.Equals("Unconfined", StringComparison.OrdinalIgnoreCase) ? Unconfined : File(word);
    }

    /// <summary>The profile itself; <see langword="null"/> for none.</summary>
    /// <exception cref="ContainerException">The profile's file cannot be read, or is none.</exception>
    public SeccompProfile? Load()
    {
        if (this == Unconfined)
            return null;
        return Profile ?? (Path is { } path ? SeccompProfile.Read(path) : BuiltIn.Value);
    }

    /// <summary>The word that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Word;
}
