using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Overlays;

namespace PSContainer.Commands;

/// <summary>Lists the overlays that are mounted, whoever mounted them.</summary>
[Cmdlet(VerbsCommon.Get, "Overlay")]
[Alias("gov")]
[OutputType(typeof(Overlay))]
public sealed class GetOverlayCommand : MountCmdlet
{
    /// <summary>Paths they are mounted on, or patterns; without, all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("Overlay", "InputObject")]
    [OverlayTransformation]
    [ArgumentCompleter(typeof(OverlayCompleter))]
    [SupportsWildcards]
    public OverlayReference[]? Path { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Path is null)
        {
            WriteObject(OverlayEngine.Default.List(), enumerateCollection: true);
            return;
        }
        WriteObject(Resolve(Path), enumerateCollection: true);
    }
}
