using PSContainer.Containers;
using PSContainer.Spec;

namespace PSContainer.Overlays;

/// <summary>Which containers have an overlay for their root.</summary>
internal static class OverlayUse
{
    /// <summary>Containers of an overlay that is mounted on a path, in whatever state.</summary>
    internal static IEnumerable<Container> Of(ContainerEngine engine, string path) =>
        engine.List().Where(container => container.Spec?.Annotations?.GetValueOrDefault(Annotation.OverlayMount) == path);
}
