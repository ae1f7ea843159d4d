using PSContainer.Kernel;

namespace PSContainer.Containers.Options;

/// <summary>Where a container's root filesystem comes from.</summary>
public sealed record RootfsSource
{
    private RootfsSource(string? path, bool isHost)
    {
        Path = path;
        IsHost = isHost;
    }

    /// <summary>The host's own root, always below an empty layer of the container's own.</summary>
    public static RootfsSource Host { get; } = new(null, isHost: true);

    /// <summary>The directory; <see langword="null"/> for the host's root.</summary>
    public string? Path { get; }

    /// <summary>Whether it is the host's own root.</summary>
    public bool IsHost { get; }

    /// <summary>A directory, used as it is.</summary>
    /// <param name="path">Its path; relative to the current directory of the process.</param>
    public static RootfsSource Directory(string path) => new(HostPath.Full(path), isHost: false);

    /// <summary>Reads a word: <c>Host</c> in any case, or a directory's path. A directory named so is <c>./Host</c>.</summary>
    public static RootfsSource Parse(string word) =>
        word.Equals("Host", StringComparison.OrdinalIgnoreCase) ? Host : Directory(word);

    /// <summary>The path, or <c>Host</c>.</summary>
    public override string ToString() => Path ?? "Host";
}
