namespace PSContainer.Overlays;

public sealed partial class OverlayEngine
{
    /// <summary>Says what an overlay changed. Reads the upper directory; the lower ones are looked into but not listed.</summary>
    /// <param name="overlay">The overlay; it need not be mounted any more.</param>
    /// <param name="emit">Gets each change, in the order of the directories.</param>
    /// <param name="includeUnchanged">Whether everything else in the overlay is named too: that takes listing all of it.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ContainerException">A layer cannot be read.</exception>
    public static void Compare(
        Overlay overlay, Action<OverlayChange> emit, bool includeUnchanged = false, CancellationToken cancellation = default)
    {
        if (includeUnchanged)
            overlay.Require();
        HashSet<string>? told = includeUnchanged ? new(StringComparer.Ordinal) : null;
        if (overlay.Upper is { } upper)
        {
            RequireAbsolute(overlay, upper);
            var comparison = new UpperComparison(overlay.Path, new OverlayAttributes(overlay.AttributePrefix), Tell,
                cancellation);
            comparison.Run(upper, overlay.Lower);
        }
        if (told is not null)
            new MergedListing(overlay.Path, told, emit, cancellation).Run();

        void Tell(OverlayChange change)
        {
            told?.Add(change.Path);
            emit(change);
        }
    }

    // Some tools mount with paths that begin in a directory of their own, which only they know.
    private static void RequireAbsolute(Overlay overlay, string upper)
    {
        if (upper.StartsWith('/') && overlay.Lower.All(lower => lower.StartsWith('/')))
            return;
        throw new InvalidMountException(
            $"The layers of the overlay on '{overlay.Path}' are named from a directory that only its maker knows ('{upper}').",
            "It cannot be compared from here.")
        { Target = overlay.Path };
    }
}
