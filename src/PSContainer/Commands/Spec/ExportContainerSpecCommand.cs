using System.IO;
using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers;
using PSContainer.Spec;
using PSContainer.Trees;

namespace PSContainer.Commands;

/// <summary>Writes a configuration as an OCI bundle that crun, runc and every other OCI runtime carry out.</summary>
[Cmdlet(VerbsData.Export, "ContainerSpec", SupportsShouldProcess = true)]
[OutputType(typeof(DirectoryInfo))]
public sealed class ExportContainerSpecCommand : ContainerCmdlet
{
    /// <summary>The bundle's directory, which is made.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValueTransformation]
    public string Destination { get; set; } = "";

    /// <summary>The configuration: of Import-ContainerSpec or New-ContainerSpec, or a container, whose configuration is meant.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [Alias("Container", "InputObject")]
    [SpecTransformation]
    public ContainerSpec? Spec { get; set; }

    /// <summary>Copies the root filesystem into the bundle; without it the bundle names it where it is.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter CopyRootfs { get; set; }

    /// <summary>Replaces a configuration that is there.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        string directory = HostPath(Destination);
        if (!ShouldProcess(directory, CopyRootfs ? "Write a bundle and copy the root filesystem into it" : "Write a bundle"))
            return;
        Attempt(Spec, () =>
        {
            SpecBundle.Write(Spec!, directory, ContainerEngine.Default.Runtime.Path, CopyRootfs, Force, StopToken);
            if (CopyRootfs && OpenTree.Warning(Path.Combine(directory, "rootfs")) is { } warning)
                WriteWarning(warning);
            WriteItem(directory);
        });
    }
}
