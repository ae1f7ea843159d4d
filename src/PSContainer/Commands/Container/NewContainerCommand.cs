using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers;
using PSContainer.Containers.Options;
using PSContainer.Plan;

namespace PSContainer.Commands;

/// <summary>Makes a container whose command waits to be started, or yields the plan of it.</summary>
[Cmdlet(VerbsCommon.New, "Container", DefaultParameterSetName = SpecSet, SupportsShouldProcess = true)]
[Alias("nct")]
[OutputType(typeof(Container), typeof(PlanStep))]
public sealed class NewContainerCommand : DetachedCreateCmdlet
{
    /// <summary>Makes nothing and emits the steps that a start would take, in their order.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Parameter(ParameterSetName = SpecSet)]
    [ValueTransformation]
    public SwitchParameter PlanOnly { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Attempt((object?)Rootfs ?? Spec, () =>
    {
        ContainerOptions options = Options();
        if (PlanOnly)
            WriteObject(ContainerEngine.Default.Plan(options).Steps, enumerateCollection: true);
        else if (ShouldCreate(options, "Make a container"))
            WriteObject(ContainerEngine.Default.Create(options));
    });
}
