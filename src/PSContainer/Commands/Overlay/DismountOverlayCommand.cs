using System.Management.Automation;
using PSContainer.Binding;

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

    /// <inheritdoc/>
    protected override void Process(Overlay overlay) =>
        Run(OverlayEngine.Default.PrepareDismount(overlay, RemoveUpper, Lazy), overlay.Path, "Dismount the overlay");
}
