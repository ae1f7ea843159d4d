namespace PSContainer.Containers.Options;

/// <summary>The network of a container.</summary>
public sealed record NetworkMode
{
    private NetworkMode(NamespaceMode @namespace, string word)
    {
        Namespace = @namespace;
        Word = word;
    }

    /// <summary>A namespace of its own with nothing but loopback.</summary>
    public static NetworkMode None { get; } = new(NamespaceMode.Private, "None");

    /// <summary>The host's network.</summary>
    public static NetworkMode Host { get; } = new(NamespaceMode.Host, "Host");

    /// <summary>The network namespace it comes down to.</summary>
    public NamespaceMode Namespace { get; }

    private string Word { get; }

    /// <summary>The network of a running container.</summary>
    public static NetworkMode OfContainer(string nameOrId) => new(NamespaceMode.OfContainer(nameOrId), $"container:{nameOrId}");

    /// <summary>A network namespace by its file, as <c>/run/netns/NAME</c>.</summary>
    public static NetworkMode OfPath(string path) => new(NamespaceMode.OfPath(path), $"path:{path}");

    /// <summary>Reads <c>None</c>, <c>Host</c>, <c>container:NAME</c> or <c>path:FILE</c>, the words in any case.</summary>
    /// <exception cref="InvalidSpecException">It is none of them.</exception>
    public static NetworkMode Parse(string word)
    {
        if (word.Equals("None", StringComparison.OrdinalIgnoreCase) || word.Equals("Private", StringComparison.OrdinalIgnoreCase))
            return None;
        if (word.Equals("Host", StringComparison.OrdinalIgnoreCase))
            return Host;
        if (word.Contains(':', StringComparison.Ordinal))
            return new(NamespaceMode.Parse(word), word);
        throw new InvalidSpecException($"There is no network '{word}'.", "Use None, Host or container:NAME.") { Target = word };
    }

    /// <summary>The word that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Word;
}
