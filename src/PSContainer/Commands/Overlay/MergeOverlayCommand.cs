using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.FileSystems;
using PSContainer.Overlays;
using PSContainer.Trees;

namespace PSContainer.Commands;

/// <summary>Makes a directory of an overlay: of all that it shows, or of its changes as a layer of their own.</summary>
[Cmdlet(VerbsData.Merge, "Overlay", SupportsShouldProcess = true)]
[OutputType(typeof(DirectoryInfo))]
public sealed class MergeOverlayCommand : OverlayTargetCmdlet
{
    /// <summary>The directory to make.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [OneHostPathTransformation]
    public string? Destination { get; set; }

    /// <summary>
    /// What to make: Rootfs, everything that the overlay shows; Layer, the changes only, to be a lower directory.
    /// </summary>
    [Parameter]
    [ValueTransformation]
    public OverlayMergeForm As { get; set; }

    /// <summary>Replaces a directory that is there.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Overwrite { get; set; }

    /// <inheritdoc/>
    protected override void Process(Overlay overlay)
    {
        using var bar = new ProgressReport(this, $"Merging into {Path.GetFileName(Destination!)}", StopToken);
        MountOperation<DirectoryInfo> operation = OverlayEngine.Default.PrepareMerge(
            overlay, Destination!, As, Overwrite, WriteWarning, StopToken, (entries, bytes) => bar.Show(entries, bytes));
        Run(operation, Destination!, $"Merge the overlay on '{overlay}'", made =>
        {
            if (OpenTree.Warning(made.FullName) is { } warning)
                WriteWarning(warning);
            WriteItem(made.FullName);
        });
    }
}
