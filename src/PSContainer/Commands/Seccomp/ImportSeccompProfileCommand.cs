using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Security.Seccomp;

namespace PSContainer.Commands;

/// <summary>Reads system call filters from files of JSON, as docker and podman have them.</summary>
[Cmdlet(VerbsData.Import, "SeccompProfile", DefaultParameterSetName = PathSet)]
[OutputType(typeof(SeccompProfile))]
public sealed class ImportSeccompProfileCommand : ContainerCmdlet
{
    private const string PathSet = "Path", LiteralSet = "LiteralPath";

    /// <summary>The files.</summary>
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

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string path in HostPathsOf(Path, LiteralPath))
            Attempt(path, () => WriteObject(SeccompProfile.Read(path)));
    }
}
