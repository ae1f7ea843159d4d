using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers.Options;

namespace PSContainer.Commands;

/// <summary>A cmdlet that makes containers which go on by themselves.</summary>
public abstract class DetachedCreateCmdlet : ContainerCreateCmdlet
{
    /// <summary>Removes the container when it ends.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Parameter(ParameterSetName = SpecSet)]
    [Alias("Rm")]
    [ValueTransformation]
    public SwitchParameter RemoveOnExit { get; set; }

    /// <summary>Ends the container when this PowerShell ends, however it ends.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Parameter(ParameterSetName = SpecSet)]
    [ValueTransformation]
    public SwitchParameter SessionBound { get; set; }

    /// <inheritdoc/>
    protected override ContainerOptions Options() =>
        base.Options() with { RemoveOnExit = RemoveOnExit, SessionBound = SessionBound };
}
