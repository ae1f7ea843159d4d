using System.Collections.ObjectModel;
using System.Management.Automation;
using PSContainer.Binding;

namespace PSContainer.Commands;

/// <summary>Copies files and trees into a container or out of one.</summary>
[Cmdlet(VerbsCommon.Copy, "ContainerFile", SupportsShouldProcess = true)]
[Alias("cpct")]
[OutputType(typeof(FileSystemInfo))]
public sealed class CopyContainerFileCommand : ContainerCmdlet
{
    private const string In = "ToContainer", Out = "FromContainer";

    /// <summary><para type="description">The container: a name, an id, the beginning of an id, or an object.</para></summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("Name", "Id")]
    [ContainerTransformation]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [SupportsWildcards]
    public ContainerReference[] Container { get; set; } = [];

    /// <summary><para type="description">What to copy: with -ToContainer paths of the host, with -FromContainer paths inside.</para></summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ArgumentCompleter(typeof(CopyPathCompleter))]
    public string[] Path { get; set; } = [];

    /// <summary><para type="description">Where to: a directory that exists, or the copy's own path.</para></summary>
    [Parameter(Mandatory = true, Position = 2)]
    [ArgumentCompleter(typeof(CopyPathCompleter))]
    public string Destination { get; set; } = "";

    /// <summary><para type="description">Copies from the host into the container.</para></summary>
    [Parameter(Mandatory = true, ParameterSetName = In)]
    public SwitchParameter ToContainer { get; set; }

    /// <summary><para type="description">Copies from the container to the host.</para></summary>
    [Parameter(Mandatory = true, ParameterSetName = Out)]
    public SwitchParameter FromContainer { get; set; }

    /// <summary><para type="description">Copies directories with all that is in them.</para></summary>
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    /// <summary><para type="description">Owner of the copies: user, uid, user:group or uid:gid.</para></summary>
    [Parameter]
    public string? Owner { get; set; }

    /// <summary><para type="description">Permission bits of copied files, in octal.</para></summary>
    [Parameter]
    [ModeTransformation]
    public int? Mode { get; set; }

    /// <summary><para type="description">Emits the copies on the host, or what was copied from it.</para></summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var options = new CopyOptions { Recurse = Recurse, Owner = Owner, Mode = Mode };
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
                && Attempt(container, () => container.CopyTo(source, Destination, options)) && PassThru)
                WriteObject(Item(source));
        }
    }

    private void CopyOut(Container container, string path, CopyOptions options)
    {
        string destination = HostPath(Destination);
        string copy = Directory.Exists(destination) ? System.IO.Path.Combine(destination, System.IO.Path.GetFileName(path.TrimEnd('/'))) : destination;
        if (ShouldProcess(destination, $"Copy '{container.Name}:{path}'")
            && Attempt(container, () => container.CopyFrom(path, destination, options)) && PassThru)
            WriteObject(Item(copy));
    }

    private Collection<string> OnHost(string path)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(path))
            return [HostPath(path)];
        return GetResolvedProviderPathFromPSPath(path, out _);
    }

    private static FileSystemInfo Item(string path) => Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
}
