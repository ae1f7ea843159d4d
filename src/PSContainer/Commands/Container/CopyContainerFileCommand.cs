using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers;
using PSContainer.Trees;

namespace PSContainer.Commands;

/// <summary>Copies files and trees into a container or out of one.</summary>
[Cmdlet(VerbsCommon.Copy, "ContainerFile", DefaultParameterSetName = NoDirection, SupportsShouldProcess = true)]
[Alias("cpct")]
[OutputType(typeof(FileSystemInfo))]
public sealed class CopyContainerFileCommand : ContainerCmdlet
{
    private const string In = "ToContainer", Out = "FromContainer", InLiteral = "ToContainerLiteral",
        OutLiteral = "FromContainerLiteral", NoDirection = "NoDirection";
    private readonly List<string> _sources = [];
    private readonly List<ContainerReference> _containers = [];
    private bool _areContainersPiped, _arePathsPiped, _arePathsShifted, _hasBegun;

    /// <summary>The container: a name, an id, the beginning of an id, or an object.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name", "Id")]
    [ContainerTransformation]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [SupportsWildcards]
    public ContainerReference[] Container { get; set; } = [];

    /// <summary>What to copy, with wildcards where it is on the host: with -ToContainer paths of the host, with -FromContainer paths inside.</summary>
    [Parameter(
        ParameterSetName = NoDirection, Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = In, Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = Out, Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(CopyPathCompleter))]
    [SupportsWildcards]
    [ValueTransformation]
    public string[]? Path { get; set; }

    /// <summary>As -Path, without wildcards; what is piped as a file is meant so.</summary>
    [Parameter(ParameterSetName = InLiteral, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = OutLiteral, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP")]
    [ArgumentCompleter(typeof(CopyPathCompleter))]
    [ValueTransformation]
    public string[]? LiteralPath { get; set; }

    /// <summary>Where to: a directory that exists, or the copy's own path.</summary>
    [Parameter(Position = 2)]
    [ArgumentCompleter(typeof(CopyPathCompleter))]
    [ValueTransformation]
    public string Destination { get; set; } = "";

    /// <summary>A container, where the paths on the command line took its place.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    [ValueTransformation]
    public PSObject? InputObject { get; set; }

    /// <summary>Copies from the host into the container.</summary>
    [Parameter(Mandatory = true, ParameterSetName = In)]
    [Parameter(Mandatory = true, ParameterSetName = InLiteral)]
    [ValueTransformation]
    public SwitchParameter ToContainer { get; set; }

    /// <summary>Copies from the container to the host.</summary>
    [Parameter(Mandatory = true, ParameterSetName = Out)]
    [Parameter(Mandatory = true, ParameterSetName = OutLiteral)]
    [ValueTransformation]
    public SwitchParameter FromContainer { get; set; }

    /// <summary>Copies directories with all that is in them.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Recurse { get; set; }

    /// <summary>Copies what a link leads to instead of the link.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter FollowLink { get; set; }

    /// <summary>Owner of the copies: user, uid, user:group or uid:gid.</summary>
    [Parameter]
    [ValueTransformation]
    public string? Owner { get; set; }

    /// <summary>Permission bits of copied files, in octal.</summary>
    [Parameter]
    [ModeTransformation]
    public int? Mode { get; set; }

    /// <summary>Emits the copies on the host, or what was copied from it.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (!ToContainer && !FromContainer)
        {
            Require<object?>(null, () => throw new InvalidSpecException(
                "It was not said which way to copy.",
                "Add -ToContainer, for paths of the host, or -FromContainer, for paths inside."));
        }
        _areContainersPiped = !MyInvocation.BoundParameters.ContainsKey(nameof(Container));
        _arePathsPiped = !MyInvocation.BoundParameters.ContainsKey(nameof(Path)) && !MyInvocation.BoundParameters.ContainsKey(nameof(LiteralPath));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        IReadOnlyList<ContainerReference> containers = Container;
        if (Destination.Length == 0 || _arePathsShifted)
            containers = TakePiped();
        if (_areContainersPiped || !_hasBegun)
            _containers.AddRange(containers);
        if (_arePathsPiped || !_hasBegun)
            _sources.AddRange(ToContainer ? OnHost() : [.. LiteralPath ?? [], .. Path ?? []]);
        _hasBegun = true;
    }

    // In `$c | Copy-ContainerFile ./file /etc -ToContainer` each path took the place of what stands before it.
    private IReadOnlyList<ContainerReference> TakePiped()
    {
        IReadOnlyList<ContainerReference>? piped = MyInvocation.ExpectingInput ? ContainerTransformationAttribute.References(InputObject) : null;
        if (piped is null || (!_arePathsShifted && (_areContainersPiped || Path is not [_])))
        {
            var exception = new InvalidSpecException(
                "There is no destination.", "Write where the copy is to be, as: Copy-ContainerFile web ./site /srv -ToContainer");
            ThrowTerminatingError(ErrorRecords.Create(exception, null));
            throw exception;
        }
        if (!_arePathsShifted)
            (Destination, Path) = (Path![0], [.. Container.Select(word => word.Text)]);
        _arePathsShifted = _areContainersPiped = true;
        return piped;
    }

    // All sources are known first: several cannot become one file.
    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        using var bar = new ProgressReport(this, $"Copying to {Destination}", StopToken);
        var options = new CopyOptions
        {
            Recurse = Recurse, FollowLink = FollowLink, Owner = Owner, Mode = Mode,
            Progress = (entries, bytes) => bar.Show(entries, bytes),
        };
        Container[] containers = [.. Resolve(_containers)];
        if (!ToContainer)
        {
            string destination = HostPath(Destination).TrimEnd('/') + (Destination.EndsWith('/') ? "/" : "");
            var names = new CopyNames(destination, _sources.Count * containers.Length, Directory.Exists(destination));
            if (!Attempt(Destination, names.Require))
                return;
            foreach (Container container in containers)
                CopyEach(container, names, source => CopyOut(container, source, destination, options));
            return;
        }
        foreach (Container container in containers)
        {
            CopyNames? names = null;
            bool isPossible = Attempt(container, () =>
            {
                names = new(Destination, _sources.Count, container.HasDirectory(Destination));
                names.Require();
            });
            if (isPossible)
                CopyEach(container, names!, source => CopyIn(container, source, options));
        }
    }

    private IEnumerable<string> OnHost()
    {
        // The end of a path says what of a directory is meant, and PowerShell takes it away.
        foreach (string path in LiteralPath ?? [])
        {
            foreach (string found in HostPathsOf(null, [path]))
                yield return found + CopyNames.EndOf(path);
        }
        foreach (string path in Path ?? [])
        {
            foreach (string found in HostPathsOf([path], null))
                yield return found + CopyNames.EndOf(path);
        }
    }

    private void CopyEach(Container container, CopyNames names, Action<string> copy)
    {
        foreach (string source in _sources)
        {
            if (Attempt(container, () => names.Claim(source)))
                copy(source);
        }
    }

    private void CopyIn(Container container, string source, CopyOptions options)
    {
        if (ShouldProcess($"{container.Name}:{Destination}", $"Copy '{source}'")
            && Copy(container, () => container.CopyTo(source, Destination, options, StopToken)) is not null && PassThru)
            WriteItem(source);
    }

    private void CopyOut(Container container, string source, string destination, CopyOptions options)
    {
        if (ShouldProcess(destination, $"Copy '{container.Name}:{source}'")
            && Copy(container, () => container.CopyFrom(source, destination, options, StopToken)) is { } result && PassThru)
            WriteItem(result.Path);
    }

    private TreeCopyResult? Copy(Container container, Func<TreeCopyResult> copy)
    {
        TreeCopyResult? result = null;
        Attempt(container, () => result = copy());
        foreach (string warning in result?.Warnings ?? [])
            WriteWarning(warning);
        return result;
    }
}
