namespace PSContainer.Containers.Options;

/// <summary>Which namespace of one kind a container has.</summary>
public sealed record NamespaceMode
{
    private const string ContainerPrefix = "container:", PathPrefix = "path:";

    private NamespaceMode(NamespaceModeKind kind, string? target = null)
    {
        Kind = kind;
        Target = target;
    }

    /// <summary>A new one.</summary>
    public static NamespaceMode Private { get; } = new(NamespaceModeKind.Private);

    /// <summary>The caller's.</summary>
    public static NamespaceMode Host { get; } = new(NamespaceModeKind.Host);

    /// <summary>Which of the four.</summary>
    public NamespaceModeKind Kind { get; }

    /// <summary>The container's name or id, or the namespace file's path.</summary>
    public string? Target { get; }

    /// <summary>That of a running container.</summary>
    public static NamespaceMode OfContainer(string nameOrId) => new(NamespaceModeKind.Container, nameOrId);

    /// <summary>A namespace file, as <c>/proc/PID/ns/net</c> or <c>/run/netns/NAME</c>.</summary>
    public static NamespaceMode OfPath(string path) => new(NamespaceModeKind.Path, path);

    /// <summary>Reads <c>Private</c>, <c>Host</c>, <c>container:NAME</c> or <c>path:FILE</c>, the words in any case.</summary>
    /// <exception cref="InvalidSpecException">It is none of them.</exception>
    public static NamespaceMode Parse(string word)
    {
        if (word.Equals("Private", StringComparison.OrdinalIgnoreCase))
            return Private;
        if (word.Equals("Host", StringComparison.OrdinalIgnoreCase))
            return Host;
        if (word.StartsWith(ContainerPrefix, StringComparison.OrdinalIgnoreCase) && word.Length > ContainerPrefix.Length)
            return OfContainer(word[ContainerPrefix.Length..]);
        if (word.StartsWith(PathPrefix, StringComparison.OrdinalIgnoreCase) && word.Length > PathPrefix.Length)
            return OfPath(word[PathPrefix.Length..]);
        throw new InvalidSpecException(
            $"'{word}' is not a namespace mode.", "Use Private, Host, container:NAME, or path:FILE for a namespace file.")
        { Target = word };
    }

    /// <summary>The word that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Kind switch
    {
        NamespaceModeKind.Container => ContainerPrefix + Target,
        NamespaceModeKind.Path => PathPrefix + Target,
        _ => Kind.ToString(),
    };
}

/// <summary>Kinds of <see cref="NamespaceMode"/>.</summary>
public enum NamespaceModeKind
{
    /// <summary>A new namespace.</summary>
    Private,

    /// <summary>The caller's.</summary>
    Host,

    /// <summary>Another container's.</summary>
    Container,

    /// <summary>A namespace file's.</summary>
    Path,
}
