using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Overlays;

namespace PSContainer.Commands;

/// <summary>Says what an overlay changed: what was added, changed and deleted, and which directories were replaced.</summary>
[Cmdlet(VerbsData.Compare, "Overlay")]
[Alias("crov")]
[OutputType(typeof(OverlayChange))]
public sealed class CompareOverlayCommand : OverlayTargetCmdlet
{
    /// <summary>Names everything else in the overlay too.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter IncludeUnchanged { get; set; }

    /// <inheritdoc/>
    protected override void Process(Overlay overlay) => OverlayEngine.Compare(overlay, WriteObject, IncludeUnchanged, StopToken);
}
