using PSContainer.FileSystems;
using PSContainer.Overlays;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Mounts;

/// <summary>Whoever stops what takes long finds the overlay as it was, or away, and never in between.</summary>
public sealed class OverlayStopTests : IDisposable
{
    private static readonly CancellationToken s_stopped = new(canceled: true);
    private readonly OverlayFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [RootFact]
    public void A_reset_that_is_stopped_mounts_the_overlay_again()
    {
        Overlay overlay = Mount();
        string[] before = OverlayFixture.Describe(overlay.Path);

        Assert.Throws<OperationCanceledException>(() => fixture.Overlays.PrepareReset(overlay).Run(s_stopped));

        Assert.True(overlay.IsMounted);
        Assert.Equal(before, OverlayFixture.Describe(overlay.Path));
    }

    [RootFact]
    public void A_dismount_that_is_stopped_leaves_the_changes_that_are_not_removed_yet()
    {
        Overlay overlay = Mount();

        MountOperation<bool> dismount = fixture.Overlays.PrepareDismount(overlay, removeUpper: true, lazy: false);
        Assert.Throws<OperationCanceledException>(() => dismount.Run(s_stopped));

        Assert.False(overlay.IsMounted);
        Assert.True(File.Exists(fixture["upper/new"]));
    }

    private Overlay Mount()
    {
        Overlay overlay = fixture.Overlays.Mount(new() { Lower = [fixture.MakeTree("lower", "a=1", "b=2")], Upper = fixture["upper"] });
        File.WriteAllText(Path.Combine(overlay.Path, "new"), "3");
        return overlay;
    }
}
