using PSContainer.Kernel;
using PSContainer.Security.Landlock;
using PSContainer.Steps.Container;

namespace PSContainer.Plan;

/// <summary>The wall of path rules: laid out while the process may still look everywhere, put up at the very end.</summary>
internal static class LandlockPlan
{
    /// <summary>Makes the ruleset and fills it, inside the container's root and before the user changes.</summary>
    public static void AddRules(PlanBuilder plan, PlanContext context)
    {
        if (context.LandlockRules is not { } rules)
            return;
        long known = LandlockCalls.RightsOf(context.LandlockVersion);
        plan.Child(new ChildStep(OperationKind.MakeLandlockRuleset) { Number1 = known },
            "MakeLandlockRuleset", "landlock_create_ruleset", "", $"version {context.LandlockVersion}");
        foreach (LandlockRule rule in rules)
        {
            long rights = LandlockRules.RightsOf(rule.Access) & known;
            plan.Child(new ChildStep(OperationKind.AddLandlockRule) { Text1 = rule.Path, Number1 = rights, Number2 = LandlockRules.FileRights },
                "AddLandlockRule", "landlock_add_rule", rule.Path, rule.ToString()[(rule.Path.Length + 1)..]);
        }
    }

    /// <summary>From here on only what a rule lets is let, to all that comes after in this process and its children.</summary>
    public static void AddWall(PlanBuilder plan, PlanContext context)
    {
        if (context.LandlockRules is not null)
            plan.Child(new ChildStep(OperationKind.EnforceLandlock), "EnforceLandlock", "landlock_restrict_self");
    }
}
