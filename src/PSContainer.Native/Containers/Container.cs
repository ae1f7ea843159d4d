using PSContainer.Runtimes;
using PSContainer.Spec;

namespace PSContainer.Containers;

/// <summary>
/// A container, live: identity and configuration are fixed, everything else is read from the kernel and the state directory
/// when it is asked for.
/// </summary>
/// <remarks>
/// No property throws. A value that cannot be known is <see langword="null"/>; after the container was removed the last known
/// values stay. Objects of one container are equal.
/// </remarks>
public sealed partial class Container : IEquatable<Container>, IComparable<Container>
{
    private readonly ContainerEngine engine;
    private Lazy<ContainerSpec?> spec;

    internal Container(ContainerEngine engine, string id)
    {
        this.engine = engine;
        Id = id;
        spec = new(() => Read(() => engine.Store.ReadSpec(id)));
        last = Read(() => engine.Store.Read(id));
    }

    /// <summary>The id: 64 hexadecimal digits for containers of this module.</summary>
    public string Id { get; }

    /// <summary>The name, or the id of a container that was made without one.</summary>
    public string Name => AnnotationValue(Annotation.Name) ?? Id;

    /// <summary>The command line of the first process, without the init.</summary>
    public IReadOnlyList<string> Command => Spec?.Process?.Args ?? [];

    /// <summary>The image that the root filesystem was made from; <see langword="null"/> for a directory.</summary>
    public string? Image => null;

    /// <summary>The root filesystem's directory on the host: of an overlay the topmost lower layer.</summary>
    public string? Rootfs => OverlayLayers.TopOf(Spec) ?? Spec?.Root?.Path;

    /// <summary>The host name inside.</summary>
    public string? Hostname => Spec?.Hostname;

    /// <summary>The address on a container network; <see langword="null"/> for None and Host.</summary>
    public string? IPAddress => null;

    /// <summary>Published ports.</summary>
    public IReadOnlyList<string> Ports => [];

    /// <summary>What it was labelled with.</summary>
    public IReadOnlyDictionary<string, string> Labels => ReadLabels();

    /// <summary>Mounts of the configuration, in their order.</summary>
    public IReadOnlyList<MountSpec> Mounts => Spec?.Mounts ?? [];

    /// <summary>Absolute path of the OCI runtime that carries it out.</summary>
    public string? Runtime => Read(() => Other?.Path ?? engine.Runtime.Path);

    /// <summary>The OCI configuration it was made from.</summary>
    public ContainerSpec? Spec => spec.Value;

    /// <summary>The bundle and state directory.</summary>
    public string StateDirectory => engine.Store.DirectoryOf(Id);

    /// <summary>The log of a detached container.</summary>
    public string LogPath => AnnotationValue(Annotation.LogPath) ?? engine.Store.FileOf(Id, "log");

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <inheritdoc/>
    public bool Equals(Container? other) => other is not null && Id == other.Id;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Container);

    /// <inheritdoc/>
    public override int GetHashCode() => Id.GetHashCode(StringComparison.Ordinal);

    /// <summary>By name, then by id.</summary>
    public int CompareTo(Container? other)
    {
        if (other is null)
            return 1;
        int byName = string.CompareOrdinal(Name, other.Name);
        return byName != 0 ? byName : string.CompareOrdinal(Id, other.Id);
    }

    /// <summary>The runtime that carries it out when that is not our own.</summary>
    private OciRuntime? Other => OciRuntime.Of(engine.Store, Id);

    /// <summary>Whether another client of the runtime made it, of a bundle of its own.</summary>
    internal bool IsForeign => last is { } state && state.Bundle != StateDirectory;

    // Of a foreign one they could be an image's words.
    private string? AnnotationValue(string key) =>
        !IsForeign && Spec?.Annotations is { } annotations && annotations.TryGetValue(key, out string? value) ? value : null;

    private Dictionary<string, string> ReadLabels()
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, string value) in Spec?.Annotations ?? new Dictionary<string, string>())
        {
            if (key.StartsWith(Annotation.LabelPrefix, StringComparison.Ordinal))
                labels[key[Annotation.LabelPrefix.Length..]] = value;
        }
        return labels;
    }

    // A property must not throw: PowerShell would show nothing and hide why.
    private static T? Read<T>(Func<T?> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is ContainerException or IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }
}
