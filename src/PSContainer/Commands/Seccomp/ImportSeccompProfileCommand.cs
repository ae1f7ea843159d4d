using System.Management.Automation;
using PSContainer.Binding;

namespace PSContainer.Commands;

/// <summary>Reads system call filters from files of JSON, as docker and podman have them.</summary>
[Cmdlet(VerbsData.Import, "SeccompProfile")]
[OutputType(typeof(SeccompProfile))]
public sealed class ImportSeccompProfileCommand : ContainerCmdlet
{
    /// <summary>The files.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [HostPathTransformation]
    public string[] Path { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string path in Path)
            Attempt(path, () => WriteObject(SeccompProfile.Read(path)));
    }
}
