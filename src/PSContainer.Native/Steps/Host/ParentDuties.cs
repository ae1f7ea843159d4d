using PSContainer.Plan;

namespace PSContainer.Steps.Host;

/// <summary>What the parent does while its child sets itself up.</summary>
internal sealed record ParentDuties
{
    /// <summary>Gets the terminal's master, and owns it.</summary>
    public Action<int>? TakeTerminal { get; init; }

    /// <summary>Called once, while the child is at work.</summary>
    public Action? WhileBusy { get; init; }

    /// <summary>Opens what a step binds; the result is a descriptor of the caller's, or a negated error number.</summary>
    public Func<ChildStep, nint>? OpenSource { get; init; }

    /// <summary>Runs the hooks of create that belong to the runtime's namespaces.</summary>
    public Action? RunHooks { get; init; }

    /// <summary>Gets the descriptor of the seccomp listener, and owns it.</summary>
    public Action<int>? TakeListener { get; init; }

    /// <summary>Called when all is set up but execve.</summary>
    public required Action OnReady { get; init; }
}
