using PSContainer.Spec;
using PSContainer.State;

namespace PSContainer.Mounts;

/// <summary>
/// Removes ephemeral overlays that nobody needs any more: whose session has ended, and which are no container's root; and the
/// directories of overlays that are not mounted any more. It can be run again at any time.
/// </summary>
public static class OverlaySweep
{
    /// <summary>Removes them.</summary>
    /// <returns>How many there were.</returns>
    public static int Run(StateStore store)
    {
        int removed = 0;
        HashSet<string>? used = null;
        foreach (OverlayPlace place in OverlayPlace.List(store).Where(place => place.IsAbandoned || place.IsLeft))
        {
            used ??= Used(store);
            if (used.Contains(place.MountPath))
                continue;
            place.Remove();
            removed++;
        }
        return removed;
    }

    private static HashSet<string> Used(StateStore store) =>
        [.. store.List().Select(id =>
            store.ReadSpec(id)?.Annotations?.GetValueOrDefault(Annotation.OverlayMount)).OfType<string>()];
}
