using System.Collections.ObjectModel;
using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Rooted;

namespace PSContainer.Commands;

/// <summary>Copies files and trees into a container or out of one.</summary>
[Cmdlet(VerbsCommon.Copy, "ContainerFile", SupportsShouldProcess = true)]
[Alias("cpct")]
[OutputType(typeof(FileSystemInfo))]
public sealed class CopyContainerFileCommand : ContainerCmdlet
{
    private const string In = "ToContainer", Out = "FromContainer";

    /// <summary>The container: a name, an id, the beginning of an id, or an object.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("Name", "Id")]
    [ContainerTransformation]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [SupportsWildcards]
    public ContainerReference[] Container { get; set; } = [];

    /// <summary>What to copy: with -ToContainer paths of the host, with -FromContainer paths inside.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ArgumentCompleter(typeof(CopyPathCompleter))]
    [ValueTransformation]
    public string[] Path { get; set; } = [];

    /// <summary>Where to: a directory that exists, or the copy's own path.</summary>
    [Parameter(Mandatory = true, Position = 2)]
    [ArgumentCompleter(typeof(CopyPathCompleter))]
    [ValueTransformation]
    public string Destination { get; set; } = "";

    /// <summary>Copies from the host into the container.</summary>
    [Parameter(Mandatory = true, ParameterSetName = In)]
    [ValueTransformation]
    public SwitchParameter ToContainer { get; set; }

    /// <summary>Copies from the container to the host.</summary>
    [Parameter(Mandatory = true, ParameterSetName = Out)]
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
    protected override void ProcessRecord()
    {
        var options = new CopyOptions { Recurse = Recurse, FollowLink = FollowLink, Owner = Owner, Mode = Mode };
        foreach (Container container in Resolve(Container))
        {
            foreach (string path in Path)
            {
                if (ToContainer)
                    CopyIn(container, path, options);
                else
                    CopyOut(container, path, options);
            }
        }
    }

    private void CopyIn(Container container, string path, CopyOptions options)
    {
        foreach (string source in OnHost(path))
        {
            if (ShouldProcess($"{container.Name}:{Destination}", $"Copy '{source}'")
                && Copy(container, () => container.CopyTo(source, Destination, options, StopToken)) is not null && PassThru)
                WriteItem(source);
        }
    }

    private void CopyOut(Container container, string path, CopyOptions options)
    {
        string destination = HostPath(Destination);
        if (ShouldProcess(destination, $"Copy '{container.Name}:{path}'")
            && Copy(container, () => container.CopyFrom(path, destination, options, StopToken)) is { } result && PassThru)
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

    private Collection<string> OnHost(string path)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(path))
            return [HostPath(path)];
        return GetResolvedProviderPathFromPSPath(path, out _);
    }
}
