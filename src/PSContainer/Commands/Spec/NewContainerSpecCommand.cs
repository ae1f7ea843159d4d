using System.Management.Automation;
using PSContainer.Containers;
using PSContainer.Spec;

namespace PSContainer.Commands;

/// <summary>Composes the OCI configuration that New-Container would make a container of, and makes nothing.</summary>
[Cmdlet(VerbsCommon.New, "ContainerSpec", DefaultParameterSetName = CreateSet)]
[OutputType(typeof(ContainerSpec))]
public sealed class NewContainerSpecCommand : ContainerCreateCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord() => Attempt(Rootfs, () => WriteObject(ContainerEngine.Default.Compose(Options())));
}
