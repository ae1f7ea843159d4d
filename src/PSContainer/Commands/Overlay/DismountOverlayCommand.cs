using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers;
using PSContainer.Overlays;

namespace PSContainer.Commands;

/// <summary>Takes overlays away; the changes stay in the upper directory, unless they are to go as well.</summary>
[Cmdlet(VerbsData.Dismount, "Overlay", SupportsShouldProcess = true)]
[Alias("dmov")]
[OutputType(typeof(void))]
public sealed class DismountOverlayCommand : OverlayTargetCmdlet
{
    /// <summary>Removes the upper and the work directory.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter RemoveUpper { get; set; }

    /// <summary>Takes it out of sight at once, whoever uses it; it is gone when the last of them has ended.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Lazy { get; set; }

    /// <summary>Also unmounts what the session or the system needs, once that is confirmed.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void Process(Overlay overlay)
    {
        if (MayEndanger(CallerSession.FindBelow(overlay.Path, Lazy), overlay.Path, "unmount", Force))
            Run(OverlayEngine.Default.PrepareDismount(overlay, RemoveUpper, Lazy), overlay.Path, "Dismount the overlay");
    }
}
