using PSContainer.Kernel;
using PSContainer.Spec;
using PSContainer.Steps.Container;
using PSContainer.Words;

namespace PSContainer.Plan;

/// <summary>Turns a process into the steps of entering a running container with the same protections.</summary>
public static class ExecPlanner
{
    /// <summary>Plans a process.</summary>
    /// <param name="process">The process.</param>
    /// <param name="linux">The Linux part of the container's configuration.</param>
    /// <param name="context">Facts of the host.</param>
    /// <param name="namespaces">CLONE_NEW… types in which the container differs from this process.</param>
    /// <param name="hasCgroups">Whether v1 hierarchies are joined by the child.</param>
    /// <param name="root">The root filesystem, of a container that is in the runtime's own mount namespace; its own root elsewhere.</param>
    /// <exception cref="InvalidSpecException">The process is wrong.</exception>
    public static StartPlan Plan(ProcessSpec process, LinuxSpec linux, PlanContext context, int namespaces, bool hasCgroups, string? root = null)
    {
        SpecRules.CheckProcess(process);
        var plan = new PlanBuilder();
        byte[]? initial = string.IsNullOrEmpty(process.ExecCpuAffinity?.Initial) ? null : NumberList.ReadMask(process.ExecCpuAffinity.Initial);
        if (initial is not null)
            plan.Parent("SetAffinity", "sched_setaffinity", process.ExecCpuAffinity!.Initial!);
        plan.Parent("CloneProcess", "clone3", "", "CLONE_PIDFD");
        if (hasCgroups)
            plan.Child(new ChildStep(OperationKind.JoinCgroups), "JoinCgroups", "write", context.CgroupPath, "tasks");
        if (initial is null)
            ProcessPlan.AddAffinityReset(plan, context);
        ProcessPlan.AddOomScore(plan, process);
        // A procfs of the container could show what the container likes; this one is made while the root is still the host's.
        if (process.ApparmorProfile is not null || process.SelinuxLabel is not null)
            plan.Child(new ChildStep(OperationKind.OpenProc), "OpenProc", "fsopen", "proc");
        var hiding = new HidingPlan(plan, context);
        hiding.AddBeforeSeen();
        if (namespaces != 0)
            plan.Child(new ChildStep(OperationKind.JoinNamespaces) { Number2 = namespaces }, "JoinNamespaces", "setns", "the container's init");
        plan.Child(new ChildStep(OperationKind.Fork), "CloneProcess", "clone3", "", "CLONE_PARENT");
        if ((namespaces & CloneFlags.NewUser) != 0)
            NamespacePlan.AddBecomeRoot(plan, context.KeepsGroups);
        if (root is not null)
            plan.Child(new ChildStep(OperationKind.ChangeRoot) { Text1 = root }, "EnterRoot", "chroot", root);
        else
            plan.Child(new ChildStep(OperationKind.OpenRoot), "OpenRoot", "openat", "/");
        ProcessPlan.AddLimits(plan, process);
        ProcessPlan.AddAffinity(plan, process.ExecCpuAffinity?.Final);
        ProcessPlan.AddMemoryPolicy(plan, linux);
        if (process.Terminal)
            ProcessPlan.AddTerminal(plan, process, makesConsole: false);
        ProcessPlan.AddIdentity(plan, process, linux, context, hiding, inOwnUser: (namespaces & CloneFlags.NewUser) != 0,
            entersRunning: true);
        ProcessPlan.AddMeeting(plan, process, context, process.Args!, hasHooks: false);
        hiding.AddBeforeExecution();
        ProcessPlan.AddExecution(plan, process, context, process.Args!, hasHooks: false);
        return new StartPlan(plan.Steps)
        {
            InitialAffinity = initial,
            Warnings = plan.Warnings,
            Notes = plan.Notes,
            HasSeccompListener = context.HasSeccompListener,
            Arguments = process.Args!,
            Environment = process.Env ?? [],
        };
    }
}
