using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Overlays;

namespace PSContainer.Commands;

/// <summary>A cmdlet that does something with each of the overlays it is given.</summary>
public abstract class OverlayTargetCmdlet : MountCmdlet
{
    /// <summary>The overlays: paths they are mounted on, patterns, or objects.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Path", "InputObject")]
    [OverlayTransformation]
    [ArgumentCompleter(typeof(OverlayCompleter))]
    [SupportsWildcards]
    public OverlayReference[] Overlay { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (Overlay overlay in Resolve(Overlay))
            Attempt(overlay, () => Process(overlay));
    }

    /// <summary>Does the work for one overlay; what it throws is that one's error.</summary>
    protected abstract void Process(Overlay overlay);
}
