using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.FileSystems;

namespace PSContainer.Commands;

/// <summary>Mounts a filesystem, or shows a directory or file at another place too.</summary>
[Cmdlet(VerbsData.Mount, "FileSystem", SupportsShouldProcess = true)]
[OutputType(typeof(MountPoint))]
public sealed class MountFileSystemCommand : MountCmdlet
{
    /// <summary>The directory or file of a bind, the device or name of anything else.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValueTransformation]
    public string? Source { get; set; }

    /// <summary>Where: a directory that is there, or for the bind of a file a file.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [OneHostPathTransformation]
    public string? Path { get; set; }

    /// <summary>bind, rbind, tmpfs, proc, or what else the kernel has; without it, bind.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FileSystemTypeCompleter))]
    [ValueTransformation]
    public string? Type { get; set; }

    /// <summary>Options as mount(8) has them: ro, nosuid, private, size=64m.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Options")]
    [ArgumentCompleter(typeof(MountOptionCompleter))]
    [ValueTransformation]
    public string[] Option { get; set; } = [];

    /// <summary>Lets nothing be written through it: the option ro.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter ReadOnly { get; set; }

    /// <summary>Namespaces to mount in: a Mount namespace, and for proc and sysfs the Pid and Network namespaces they show.</summary>
    [Parameter]
    [NamespaceTransformation]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public NamespaceReference[] Namespace { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord() => Attempt(Path, () =>
    {
        string[] words = [.. Option.SelectMany(option => option.Split(',', StringSplitOptions.RemoveEmptyEntries)), .. ReadOnly
            ? ["ro"] : Array.Empty<string>()];
        bool isPath = Type is null or "bind" or "rbind" || words.Contains("bind") || words.Contains("rbind")
            || Source?.StartsWith('/') == true;
        MountOperation<MountPoint> operation = MountEngine.PrepareMount(new()
        {
            Source = Source is { } source && isPath ? HostPath(source) : Source,
            Path = Path!,
            Type = Type,
            Options = words,
            Namespaces = FilesOf(Namespace),
        });
        Run(operation, Path!, $"Mount {Type ?? "bind"} {Source}".TrimEnd(), WriteObject);
    });
}
