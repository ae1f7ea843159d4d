using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers;

namespace PSContainer.Commands;

/// <summary>A cmdlet that changes each container it is given, and passes it on when asked to.</summary>
public abstract class ContainerActionCmdlet : ContainerTargetCmdlet
{
    /// <summary>Emits the containers.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter PassThru { get; set; }

    private readonly Together _together = new();

    /// <summary>Whether the operation waits for the container, so that several have it at the same time.</summary>
    protected virtual bool TakesTime => false;

    /// <inheritdoc/>
    protected sealed override void Process(Container container)
    {
        if (!ShouldProcess(container.Name, ActionOn(container)))
            return;
        if (TakesTime)
            _together.Begin(container, _ => Act(container));
        else if (Attempt(container, () => Act(container)) && PassThru)
            WriteObject(container);
    }

    /// <inheritdoc/>
    protected sealed override void EndProcessing()
    {
        foreach (Together.Work work in _together.All)
        {
            if (Attempt(work.Container, () => work.Await(StopToken)) && PassThru)
                WriteObject(work.Container);
        }
    }

    /// <summary>The operation in the words of <c>-WhatIf</c>.</summary>
    protected abstract string ActionOn(Container container);

    /// <summary>The operation; where it <see cref="TakesTime"/> it is on a thread of its own.</summary>
    protected abstract void Act(Container container);
}
