using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Overlays;

namespace PSContainer.Commands;

/// <summary>Throws the changes of an overlay away; it shows its lower directories as they are.</summary>
[Cmdlet(VerbsCommon.Reset, "Overlay", SupportsShouldProcess = true)]
[OutputType(typeof(Overlay))]
public sealed class ResetOverlayCommand : OverlayTargetCmdlet
{
    /// <summary>Emits the overlays.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process(Overlay overlay)
    {
        bool done = Run(OverlayEngine.Default.PrepareReset(overlay), overlay.Path, "Throw the changes away");
        if (done && PassThru)
            WriteObject(overlay);
    }
}
