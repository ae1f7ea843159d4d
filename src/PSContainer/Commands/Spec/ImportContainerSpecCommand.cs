using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Spec;

namespace PSContainer.Commands;

/// <summary>Reads OCI bundles as configurations that New-, Start- and Invoke-Container take.</summary>
[Cmdlet(VerbsData.Import, "ContainerSpec")]
[OutputType(typeof(ContainerSpec))]
public sealed class ImportContainerSpecCommand : ContainerCmdlet
{
    /// <summary>Directories of bundles, or configurations by themselves.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "Bundle")]
    [HostPathTransformation]
    public string[] Path { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string path in Path)
            Attempt(path, () => WriteObject(SpecBundle.Read(path)));
    }
}
