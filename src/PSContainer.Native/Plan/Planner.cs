using PSContainer.Spec;
using PSContainer.Steps.Container;

namespace PSContainer.Plan;

/// <summary>
/// Turns a configuration into the ordered steps of a start. Pure: no system call, no clock, no environment.
/// </summary>
/// <remarks>This is where the order of a start is read, top to bottom, with the reason wherever one step must precede another.</remarks>
public static class Planner
{
    /// <summary>Plans the start of a container.</summary>
    /// <exception cref="InvalidSpecException">The configuration is wrong or needs something that is not supported.</exception>
    public static StartPlan Plan(ContainerSpec spec, PlanContext context)
    {
        spec = MountPlan.WithAbsoluteDestinations(spec);
        SpecRules.Check(spec);
        // Only start needs one: until then the container is there without it.
        if (spec.Process is null && !context.Parks)
            throw new InvalidSpecException("The configuration has no process.", "Give it a 'process' with 'args'.");
        ProcessSpec process = spec.Process ?? new ProcessSpec();
        LinuxSpec linux = spec.Linux ?? new LinuxSpec();
        var namespaces = new NamespacePlan(linux, context.JoinedBeforeUser);
        var plan = new PlanBuilder();
        var arguments = ProcessPlan.Arguments(spec, process);

        plan.Parent("ClaimState", "mkdirat", context.StateDirectory, "0700");
        if (context.CgroupPath.Length > 0)
            plan.Parent("MakeCgroup", "mkdirat", context.CgroupPath, LimitWords.Describe(linux.Resources));
        if (linux.IntelRdt is { } rdt)
            plan.Parent("MakeResctrlGroup", "mkdirat", string.IsNullOrEmpty(rdt.ClosId) ? context.Id : rdt.ClosId);
        namespaces.AddParentSteps(plan);
        plan.Parent("CloneInit", "clone3", "", namespaces.Describe(context.IsUnified));
        if (linux.IntelRdt is not null)
            plan.Parent("JoinResctrlGroup", "write", "tasks");
        foreach ((string name, NetDeviceSpec device) in linux.NetDevices ?? new Dictionary<string, NetDeviceSpec>())
            plan.Parent("MoveNetworkDevice", "RTM_NEWLINK", name, device.Name ?? name);
        plan.Parent("SaveState", "renameat2", $"{context.StateDirectory}/state.json");

        // v2 enters its cgroup in clone3; on v1 this comes first, so that all that follows counts against the limits.
        if (context.LegacyHierarchies.Count > 0)
            plan.Child(new ChildStep(OperationKind.JoinCgroups), "JoinCgroups", "write", context.CgroupPath, "tasks");
        ProcessPlan.AddAffinityReset(plan, context);
        ProcessPlan.AddOomScore(plan, process);
        var hiding = new HidingPlan(plan, context);
        // With a user namespace of its own it waits for its ids, which the starter may not write for a hidden process.
        bool isSeen = !namespaces.Makes("pid");
        if (namespaces.Joined.Count > 0 || (isSeen && !namespaces.MakesUser))
            hiding.AddBeforeSeen();
        namespaces.AddChildSteps(plan);
        MountPlan.AddOverlayPlace(plan, spec, context);
        namespaces.AddInnerSteps(plan, context.KeepsGroups);
        if (isSeen)
            hiding.AddBeforeSeen();

        MountPlan.AddRoot(plan, spec, context, namespaces);
        MountPlan.AddMounts(plan, spec, context, namespaces);
        DevicePlan.Add(plan, spec, context, namespaces);

        // The private procfs serves every write below /proc from here on; the container's own could be covered.
        if (namespaces.Has("pid") || linux.Sysctl is not null
            || process.ApparmorProfile is not null || process.SelinuxLabel is not null)
            plan.Child(new ChildStep(OperationKind.OpenProc), "OpenProc", "fsopen", "proc");
        ProcessPlan.AddNames(plan, spec);
        ProcessPlan.AddLimits(plan, process);
        ProcessPlan.AddMemoryPolicy(plan, linux);
        if (process.Terminal)
            ProcessPlan.AddTerminal(plan, process, makesConsole: true);
        ProcessPlan.AddWorkingDirectory(plan, process);
        HookPlan.AddCreateHooks(plan, spec, context);
        MountPlan.AddWalls(plan, spec, context);

        MountPlan.AddEntry(plan, context, namespaces);
        MountPlan.AddRootPropagation(plan, linux);
        ProcessPlan.AddIdentity(plan, process, linux, context, hiding, inOwnUser: namespaces.HasOwnUser, entersRunning: false);
        bool hasHooks = HookPlan.HasStartHooks(spec);
        ProcessPlan.AddMeeting(plan, process, context, arguments, hasHooks);
        hiding.AddBeforeExecution();
        HookPlan.AddStartHooks(plan, spec, process, context);
        ProcessPlan.AddExecution(plan, process, context, arguments, hasHooks);
        HookPlan.AddPoststartHooks(plan, spec, context);

        return new StartPlan(plan.Steps)
        {
            Warnings = plan.Warnings,
            Notes = plan.Notes,
            CloneFlags = namespaces.CloneFlags,
            FirstCloneFlags = namespaces.FirstCloneFlags,
            MapsBeforeFork = namespaces.FirstCloneFlags != 0,
            Joined = namespaces.Joined,
            UidMappings = namespaces.MakesUser ? linux.UidMappings : null,
            GidMappings = namespaces.MakesUser ? linux.GidMappings : null,
            TimeOffsets = namespaces.Makes("time") && namespaces.ClocksInOwnUser is null ? linux.TimeOffsets : null,
            HasSeccompListener = context.HasSeccompListener,
            Arguments = arguments,
            Environment = process.Env ?? [],
            UsesInit = ProcessPlan.UsesInit(spec),
            MountPoints = MountPlan.MountPoints(spec, context),
        };
    }
}
