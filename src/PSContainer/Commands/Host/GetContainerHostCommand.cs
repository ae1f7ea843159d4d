using System.Management.Automation;
using PSContainer.Containers;
using PSContainer.Containers.Host;

namespace PSContainer.Commands;

/// <summary>Says what this host is, as far as containers are concerned.</summary>
[Cmdlet(VerbsCommon.Get, "ContainerHost")]
[OutputType(typeof(ContainerHost))]
public sealed class GetContainerHostCommand : ContainerCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord() => Attempt(null, () => WriteObject(ContainerEngine.Default.GetHost()));
}
