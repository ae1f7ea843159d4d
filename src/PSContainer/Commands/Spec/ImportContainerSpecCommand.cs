using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers;
using PSContainer.Spec;

namespace PSContainer.Commands;

/// <summary>Reads OCI bundles as configurations that New-, Start- and Invoke-Container take.</summary>
[Cmdlet(VerbsData.Import, "ContainerSpec", DefaultParameterSetName = PathSet)]
[OutputType(typeof(ContainerSpec))]
public sealed class ImportContainerSpecCommand : ContainerCmdlet
{
    private const string PathSet = "Path", LiteralSet = "LiteralPath";

    /// <summary>Directories of bundles, or configurations by themselves.</summary>
    [Parameter(
        ParameterSetName = PathSet, Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValueTransformation]
    public string[]? Path { get; set; }

    /// <summary>As -Path, without wildcards; what is piped as a file is meant so.</summary>
    [Parameter(ParameterSetName = LiteralSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP", "Bundle")]
    [ValueTransformation]
    public string[]? LiteralPath { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string path in HostPathsOf(Path, LiteralPath))
            Attempt(path, () => WriteObject(SpecBundle.Read(path)));
    }
}
