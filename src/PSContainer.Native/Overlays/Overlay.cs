using PSContainer.Containers;
using PSContainer.Mounts;

namespace PSContainer.Overlays;

/// <summary>
/// A mounted overlay, live: its path and layers stay, whether it is mounted and writable is read when it is asked for. No
/// property throws; after it was dismounted the last known values stay.
/// </summary>
public sealed class Overlay : IEquatable<Overlay>, IComparable<Overlay>
{
    // Lists are arrays: PowerShell cannot index what the compiler makes of [..] for an interface.
    private readonly ContainerEngine engine;
    private MountInfo info;

    internal Overlay(ContainerEngine engine, MountInfo info)
    {
        this.engine = engine;
        this.info = info;
        OverlayLayerText layers = OverlayLayerText.Of(info);
        OverlayPlace? place = Place;
        Lower = layers.Lower.Where(lower => lower != place?.Empty).ToArray();
        Upper = layers.Upper;
        Work = layers.Work;
        Options = layers.Options.ToArray();
        OwnerProcessId = place?.OwnerProcessId;
    }

    /// <summary>The mount's id, as in mountinfo.</summary>
    public int Id => Now.Id;

    /// <summary>Where it is mounted.</summary>
    public string Path => info.MountPoint;

    /// <summary>The lower directories, top first.</summary>
    public IReadOnlyList<string> Lower { get; }

    /// <summary>The directory that has the changes; <see langword="null"/> of one that cannot have any.</summary>
    public string? Upper { get; }

    /// <summary>The kernel's scratch directory.</summary>
    public string? Work { get; }

    /// <summary>Options of overlayfs besides the layers, as the kernel tells them.</summary>
    public IReadOnlyList<string> Options { get; }

    /// <summary>Whether nothing can be written through it.</summary>
    public bool IsReadOnly => Now.IsReadOnly || Upper is null;

    /// <summary>Whether its changes are in memory and go with the session, or the last container, that has it.</summary>
    public bool IsEphemeral => OwnerProcessId is not null;

    /// <summary>Whether nothing is synced to the disk.</summary>
    public bool IsVolatile => Options.Contains("volatile") || Options.Contains("fsync=volatile");

    /// <summary>Whether attributes are kept as <c>user.overlay.*</c>.</summary>
    public bool IsUserXattr => Options.Contains("userxattr");

    /// <summary>The process that an ephemeral overlay belongs to; <see langword="null"/> of any other.</summary>
    public int? OwnerProcessId { get; }

    /// <summary>Whether it is still mounted.</summary>
    public bool IsMounted => Find() is not null;

    /// <summary>Names of the containers whose root it is, those that ended included.</summary>
    public IReadOnlyList<string> Containers => OverlayUse.Of(engine, Path).Select(container => container.Name).ToArray();

    /// <summary>The path.</summary>
    public override string ToString() => Path;

    /// <inheritdoc/>
    public bool Equals(Overlay? other) => other is not null && Path == other.Path && Upper == other.Upper
        && Lower.SequenceEqual(other.Lower);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Overlay);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Path, Upper);

    /// <summary>By path.</summary>
    public int CompareTo(Overlay? other) => string.CompareOrdinal(Path, other?.Path);

    /// <summary>What the kernel says of it now; <see langword="null"/> once it is not mounted any more.</summary>
    /// <remarks>By path and layers: one that was reset is the same overlay on a new mount.</remarks>
    internal MountInfo? Find()
    {
        if (MountTable.At(info.MountPoint) is not { FileSystem: "overlay" } mount)
            return null;
        OverlayLayerText now = OverlayLayerText.Of(mount), then = OverlayLayerText.Of(info);
        return now.Upper == then.Upper && now.Lower.SequenceEqual(then.Lower) ? mount : null;
    }

    /// <summary>As <see cref="Find"/>.</summary>
    /// <exception cref="OverlayNotFoundException">It is not mounted any more.</exception>
    internal MountInfo Require() => Find() ?? throw new OverlayNotFoundException(Path) { Target = Path };

    /// <summary>Its directory in the state directory, or <see langword="null"/>.</summary>
    internal OverlayPlace? Place => OverlayPlace.Of(engine.Store, info.MountPoint, Upper ?? OverlayLayerText.Of(info).Upper);

    /// <summary>What names of overlayfs's own attributes begin with.</summary>
    internal string AttributePrefix => IsUserXattr ? "user.overlay." : "trusted.overlay.";

    private MountInfo Now
    {
        get
        {
            if (Find() is { } now)
                info = now;
            return info;
        }
    }
}
