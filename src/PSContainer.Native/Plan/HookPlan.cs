using PSContainer.Hooks;
using PSContainer.Spec;
using PSContainer.Steps.Container;

namespace PSContainer.Plan;

/// <summary>Where hooks run in a start.</summary>
internal static class HookPlan
{
    /// <summary>The hooks of create: everything is mounted, nothing is covered or read-only yet, and the root is not entered.</summary>
    public static void AddCreateHooks(PlanBuilder plan, ContainerSpec spec, PlanContext context)
    {
        if (spec.Hooks is not { } hooks || Count(hooks.Prestart) + Count(hooks.CreateRuntime) + Count(hooks.CreateContainer) == 0)
            return;
        plan.Child(new ChildStep(OperationKind.MeetForHooks), "WaitForHooks", "read");
        AddParentSteps(plan, "prestart", hooks.Prestart);
        AddParentSteps(plan, "createRuntime", hooks.CreateRuntime);
        AddChildSteps(plan, "createContainer", hooks.CreateContainer, context.Environment,
            StateOf(spec, context).UntilPid(HookStateText.Created), null, 0, 0);
    }

    /// <summary>Whether the container's own programs run in it before the command.</summary>
    public static bool HasStartHooks(ContainerSpec spec) => spec.Hooks is { StartContainer.Count: > 0 };

    /// <summary>The hooks before the command. They are the container's own programs, so they get its filter.</summary>
    public static void AddStartHooks(PlanBuilder plan, ContainerSpec spec, ProcessSpec process, PlanContext context)
    {
        if (spec.Hooks is not { StartContainer: { Count: > 0 } hooks })
            return;
        bool hasWallsLast = ProcessPlan.HasWallsLast(process, context, hasHooks: true);
        byte[]? filter = hasWallsLast ? context.SeccompProgram : null;
        AddChildSteps(plan, "startContainer", hooks, process.Env ?? [], StateOf(spec, context).UntilPid(HookStateText.Created), filter,
            context.SeccompFlags, HookProcess.InContainer | (hasWallsLast && context.LandlockRules is not null ? HookProcess.WithPathRules : 0));
    }

    /// <summary>The hooks after the command was executed.</summary>
    public static void AddPoststartHooks(PlanBuilder plan, ContainerSpec spec, PlanContext context)
    {
        if (!context.Parks)
            AddParentSteps(plan, "poststart", spec.Hooks?.Poststart);
    }

    private static int Count(IReadOnlyList<HookSpec>? hooks) => hooks?.Count ?? 0;

    private static HookStateText StateOf(ContainerSpec spec, PlanContext context) =>
        new(spec.OciVersion, context.Id, context.Bundle, spec.Annotations);

    private static void AddParentSteps(PlanBuilder plan, string point, IReadOnlyList<HookSpec>? hooks)
    {
        foreach (HookSpec hook in hooks ?? [])
            plan.Parent(HookFailure.StepOf(point), "posix_spawn", hook.Path, Words(hook));
    }

    private static void AddChildSteps(
        PlanBuilder plan, string point, IReadOnlyList<HookSpec>? hooks, IReadOnlyList<string> environment, string state, byte[]? filter, uint flags, long place)
    {
        for (int index = 0; index < Count(hooks); index++)
        {
            HookSpec hook = hooks![index];
            plan.Child(
                new ChildStep(OperationKind.RunHook)
                {
                    Text1 = hook.Path,
                    List1 = hook.Args is { Count: > 0 } args ? args : [hook.Path],
                    List2 = hook.Env ?? environment,
                    Text2 = state,
                    Text3 = HookStateText.AfterPid,
                    Number1 = hook.Timeout is { } seconds ? Math.Min(int.MaxValue, seconds * 1000L) : 0,
                    Number2 = flags,
                    Number3 = place | ((long)index << HookProcess.IndexShift),
                    Blob = filter,
                },
                HookFailure.StepOf(point), "execve", hook.Path, Words(hook));
        }
    }

    private static string Words(HookSpec hook)
    {
        string arguments = string.Join(' ', (hook.Args ?? []).Skip(1));
        return hook.Timeout is { } seconds ? $"{arguments} timeout {seconds} s".TrimStart() : arguments;
    }
}
