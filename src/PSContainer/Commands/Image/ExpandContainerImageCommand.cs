using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Cgroups.Limits;
using PSContainer.Containers;
using PSContainer.Images;
using PSContainer.Spec;

namespace PSContainer.Commands;

/// <summary>Unpacks the archive of a root filesystem into a directory, and never outside of it.</summary>
[Cmdlet(VerbsData.Expand, "ContainerImage", SupportsShouldProcess = true, DefaultParameterSetName = PathSet)]
[OutputType(typeof(RootfsDirectory))]
public sealed class ExpandContainerImageCommand : ContainerCmdlet
{
    private const string PathSet = "Path", LiteralSet = "LiteralPath";

    /// <summary>The archives: tar, plain or compressed with gzip, zstd or xz.</summary>
    [Parameter(
        ParameterSetName = PathSet, Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValueTransformation]
    public string[]? Path { get; set; }

    /// <summary>As -Path, without wildcards; what is piped as a file is meant so.</summary>
    [Parameter(ParameterSetName = LiteralSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP")]
    [ValueTransformation]
    public string[]? LiteralPath { get; set; }

    /// <summary>The directory to make; without it one beside the archive, named like it.</summary>
    [Parameter(Position = 1)]
    [ValueTransformation]
    public string? Destination { get; set; }

    /// <summary>Gives all files to you, as where root in a user namespace is you.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter MapRootUser { get; set; }

    /// <summary>User ids on disk: 'INSIDE:OUTSIDE:COUNT'.</summary>
    [Parameter]
    [IdMapTransformation]
    public IdMapping[]? UidMap { get; set; }

    /// <summary>Group ids on disk: 'INSIDE:OUTSIDE:COUNT'.</summary>
    [Parameter]
    [IdMapTransformation]
    public IdMapping[]? GidMap { get; set; }

    /// <summary>
    /// Takes the archive for a layer of an image: its whiteouts become those of an overlay, or with -Force remove what is there.
    /// </summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Layer { get; set; }

    /// <summary>Makes device nodes too.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter IncludeDevice { get; set; }

    /// <summary>How many bytes an archive may have when unpacked; max for no limit.</summary>
    [Parameter]
    [ByteSizeTransformation]
    public long SizeMax { get; set; } = new ExtractLimits().MaxBytes;

    /// <summary>How many entries an archive may have; max for no limit.</summary>
    [Parameter]
    [EntryCountTransformation]
    public long EntryMax { get; set; } = new ExtractLimits().MaxEntries;

    /// <summary>Unpacks into a directory that holds something already; over what the system needs, once that is confirmed.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string archive in HostPathsOf(Path, LiteralPath))
        {
            string destination = HostPath(Destination ?? WithoutExtensions(archive));
            Attempt(archive, () =>
            {
                string? harm = Force ? CallerSession.FindBelow(destination) : null;
                if (MayEndanger(harm, destination, "unpack into", Force) && ShouldProcess(destination, $"Unpack '{archive}'"))
                    Expand(archive, destination);
            });
        }
    }

    private void Expand(string archive, string destination)
    {
        using var bar = new ProgressReport(this, $"Unpacking {System.IO.Path.GetFileName(archive)}", StopToken);
        RootfsDirectory root = RootfsExtractor.Extract(archive, destination, Options(bar), StopToken);
        foreach (string warning in root.Warnings)
            WriteWarning(warning);
        WriteObject(root);
    }

    private ExtractOptions Options(ProgressReport bar)
    {
        // The engine reports ten times a second at most; a screen needs fewer.
        TimeSpan between = TimeSpan.FromMilliseconds(200);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        return new()
        {
            IsLayer = Layer,
            IncludeDevices = IncludeDevice,
            Limits = new() { MaxBytes = Unlimited(SizeMax), MaxEntries = Unlimited(EntryMax) },
            AllowNonEmptyDestination = Force,
            SetOwners = MapRootUser ? false : null,
            UidMappings = UidMap,
            GidMappings = GidMap,
            Helper = ContainerEngine.Default.Runtime,
            Progress = progress =>
            {
                if (clock.Elapsed < between)
                    return;
                clock.Restart();
                long percent = progress.ArchiveLength is > 0 and var length ? Math.Min(100, 100 * progress.ArchiveBytes / length) : -1;
                bar.Show(progress.Entries, progress.Bytes, (int)percent);
            },
        };
    }

    private static long Unlimited(long limit) => limit == CgroupLimit.Max ? long.MaxValue : limit;

    private static string WithoutExtensions(string archive)
    {
        string name = archive;
        string[] known = [".gz", ".xz", ".zst", ".tgz", ".txz", ".tzst", ".tar"];
        while (known.FirstOrDefault(end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase)) is { } extension)
            name = name[..^extension.Length];
        return name == archive ? archive + ".rootfs" : name;
    }
}
