using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.FileSystems;
using PSContainer.Overlays;
using PSContainer.Trees;

namespace PSContainer.Commands;

/// <summary>Puts an upper directory over lower ones: all is seen together, and only the upper one is written to.</summary>
[Cmdlet(VerbsData.Mount, "Overlay", SupportsShouldProcess = true)]
[Alias("mtov")]
[OutputType(typeof(Overlay))]
public sealed class MountOverlayCommand : MountCmdlet
{
    /// <summary>The lower directories, top first.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [LowerTransformation]
    public string[] Lower { get; set; } = [];

    /// <summary>The directory that gets the changes; made when it is not there.</summary>
    [Parameter(Position = 1)]
    [OneHostPathTransformation]
    public string? Upper { get; set; }

    /// <summary>The kernel's scratch directory, on the filesystem of the upper one; by default beside it.</summary>
    [Parameter]
    [OneHostPathTransformation]
    public string? Work { get; set; }

    /// <summary>Where to mount it; by default in a directory of its own.</summary>
    [Parameter]
    [OneHostPathTransformation]
    public string? Path { get; set; }

    /// <summary>Keeps the changes in memory, for as long as this session or a container needs them.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Ephemeral { get; set; }

    /// <summary>Lets nothing be written.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter ReadOnly { get; set; }

    /// <summary>Never syncs to the disk: faster, and worth nothing after a crash of the host.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Volatile { get; set; }

    /// <summary>Keeps attributes as user.overlay.*, for which no privilege is needed.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter UserXattr { get; set; }

    /// <summary>Copies no data up when only a file's owner or mode changes.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Metacopy { get; set; }

    /// <summary>Whether directories of the lower layers can be renamed: on, off, follow or nofollow.</summary>
    [Parameter]
    [ValidateSet("on", "off", "follow", "nofollow")]
    [ValueTransformation]
    public string? RedirectDir { get; set; }

    /// <summary>Keeps hard links together when they are copied up.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Index { get; set; }

    /// <summary>Further options of overlayfs, as xino=on.</summary>
    [Parameter]
    [ValueTransformation]
    public string[] Option { get; set; } = [];

    // What goes through it, set-user-id files too, is then there for every user of the host (CVE-2021-41091).
    private void Emit(Overlay overlay)
    {
        foreach (string path in new[] { Upper, Path }.OfType<string>().Where(OpenTree.IsOpen))
            WriteWarning(OpenTree.Sentence(path, ReadOnly ? "shows what the layers hold" : "gets what a container writes"));
        WriteObject(overlay);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Attempt(Lower, () =>
    {
        MountOperation<Overlay> operation = OverlayEngine.Default.PrepareMount(new()
        {
            Lower = Lower,
            Upper = Upper,
            Work = Work,
            Path = Path,
            Ephemeral = Ephemeral,
            ReadOnly = ReadOnly,
            Volatile = Volatile,
            UserXattr = UserXattr,
            Metacopy = Metacopy,
            RedirectDir = RedirectDir,
            Index = Index,
            Options = Option,
        });
        Run(operation, Path ?? string.Join(", ", Lower), "Mount an overlay", Emit);
    });
}
