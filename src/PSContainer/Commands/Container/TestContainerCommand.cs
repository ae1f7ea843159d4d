using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers;
using PSContainer.Containers.Audit;

namespace PSContainer.Commands;

/// <summary>Compares what was asked for a container with what the kernel has in force.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Container")]
[OutputType(typeof(ContainerCheck), typeof(bool))]
public sealed class TestContainerCommand : ContainerTargetCmdlet
{
    /// <summary>Yields only whether everything is as it was asked for.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void Process(Container container)
    {
        IReadOnlyList<ContainerCheck> checks = [];
        bool done = Attempt(container, () => checks = container.Audit());
        if (Quiet)
            WriteObject(done && !checks.Any(check => check.Result is CheckResult.Fail));
        else
            WriteObject(checks, enumerateCollection: true);
    }
}
