using PSContainer.Containers;
using PSContainer.Mounts;

namespace PSContainer.Overlays;

/// <summary>Mounts, finds and changes overlays: what the cmdlets call.</summary>
public sealed partial class OverlayEngine
{
    private readonly ContainerEngine engine;

    /// <summary>Overlays beside the containers of one state directory.</summary>
    public OverlayEngine(ContainerEngine engine) => this.engine = engine;

    /// <summary>Those of the user's own containers.</summary>
    public static OverlayEngine Default => new(ContainerEngine.Default);

    /// <summary>All overlays of this mount namespace, whoever mounted them.</summary>
    public IReadOnlyList<Overlay> List() =>
        [.. MountTable.Current.Where(IsOverlay).Select(mount => new Overlay(engine, mount))];

    /// <summary>The overlay that is mounted on a path.</summary>
    /// <returns>The overlay, or <see langword="null"/> when there is none.</returns>
    public Overlay? Find(string path) => MountTable.At(path) is { } mount && IsOverlay(mount) ? new(engine, mount) : null;

    /// <summary>As <see cref="Find"/>.</summary>
    /// <exception cref="OverlayNotFoundException">There is none.</exception>
    public Overlay Get(string path) => Find(path) ?? throw new OverlayNotFoundException(path) { Target = path };

    private static bool IsOverlay(MountInfo mount) => mount.FileSystem == "overlay";
}
