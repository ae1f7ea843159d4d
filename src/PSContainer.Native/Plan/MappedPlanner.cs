using PSContainer.Kernel;
using PSContainer.Spec;
using PSContainer.Steps.Container;

namespace PSContainer.Plan;

/// <summary>The steps to a process that is root of a new user namespace and otherwise where its starter is.</summary>
internal static class MappedPlanner
{
    /// <summary>Plans it.</summary>
    /// <param name="uids">The namespace's user ids.</param>
    /// <param name="gids">Its group ids.</param>
    /// <param name="arguments">The command line for the executable that runs this.</param>
    internal static StartPlan Plan(IReadOnlyList<IdMapping> uids, IReadOnlyList<IdMapping> gids, IReadOnlyList<string> arguments)
    {
        var plan = new PlanBuilder();
        plan.Parent("CloneInit", "clone3", "", "CLONE_NEWUSER|CLONE_PIDFD");
        plan.Parent("WriteIdMaps", "write", "/proc/PID/uid_map, gid_map");
        plan.Child(new ChildStep(OperationKind.WaitForParent), "WaitForIdMaps", "read");
        // With the caller's groups, not as BecomeRoot: what he may read through one of them, he may copy.
        plan.Child(new ChildStep(OperationKind.SetUser), "SetUser", "setresuid", "0:0");
        plan.Child(new ChildStep(OperationKind.ReportReady), "ReportReady", "sendto");
        plan.Child(new ChildStep(OperationKind.WaitForStart), "WaitForStart", "read");
        plan.Child(new ChildStep(OperationKind.Execute) { Text1 = arguments[0] }, "Execute", "execveat", arguments[0]);
        return new StartPlan(plan.Steps)
        {
            CloneFlags = CloneFlags.NewUser,
            UidMappings = uids,
            GidMappings = gids,
            Arguments = arguments,
            UsesInit = true,
        };
    }
}
