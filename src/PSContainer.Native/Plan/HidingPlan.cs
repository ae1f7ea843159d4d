using PSContainer.Kernel;
using PSContainer.Steps.Container;

namespace PSContainer.Plan;

/// <summary>When a process that is set up becomes one that nobody inside can trace, look into or have dump its memory.</summary>
/// <remarks>
/// Until its execve it is a copy of the runtime. Whoever has CAP_SYS_PTRACE over the runtime still sees a hidden process; for others,
/// an ordinary user without a user namespace around him, it is hidden from the runtime's later commands as well.
/// </remarks>
internal sealed class HidingPlan(PlanBuilder plan, PlanContext context)
{
    private bool _isHidden;

    private bool SeesHidden => (context.GrantableCapabilities & 1L << (int)Capability.SysPtrace) != 0;

    /// <summary>Before it is where somebody inside can see it: before the first namespace is joined.</summary>
    public void AddBeforeSeen()
    {
        // The parent has yet to fetch the listener from it, pidfd_getfd(2), and may not from a hidden one.
        if (!context.HasSeccompListener || SeesHidden)
            Hide();
    }

    /// <summary>Once it has let go of what it worked on, and before it gives anything up.</summary>
    public void AddBeforeWaiting()
    {
        if (SeesHidden)
            Hide();
        // A user makes a network for a container that waits, copies into it and enters it: for that it must be seen.
        else if (!_isHidden)
            plan.Child(new ChildStep(OperationKind.ForgetCaller), "ForgetCaller", "");
    }

    /// <summary>Once it was told to go on: from here on nobody outside has to look into it.</summary>
    public void AddBeforeExecution() => Hide();

    private void Hide()
    {
        if (_isHidden)
            return;
        _isHidden = true;
        plan.Child(new ChildStep(OperationKind.HideProcess), "HideProcess", "prctl", "PR_SET_DUMPABLE", "0");
    }
}
