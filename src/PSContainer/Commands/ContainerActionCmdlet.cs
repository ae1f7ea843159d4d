using System.Management.Automation;
using PSContainer.Binding;

namespace PSContainer.Commands;

/// <summary>A cmdlet that changes each container it is given, and passes it on when asked to.</summary>
public abstract class ContainerActionCmdlet : ContainerTargetCmdlet
{
    /// <summary>Emits the containers.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected sealed override void Process(Container container)
    {
        if (ShouldProcess(container.Name, ActionOn(container)) && Attempt(container, () => Act(container)) && PassThru)
            WriteObject(container);
    }

    /// <summary>The operation in the words of <c>-WhatIf</c>.</summary>
    protected abstract string ActionOn(Container container);

    /// <summary>The operation.</summary>
    protected abstract void Act(Container container);
}
