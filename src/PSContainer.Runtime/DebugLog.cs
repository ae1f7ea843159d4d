using PSContainer.Plan;

namespace PSContainer.Runtime;

/// <summary>What a start is about to do, for <c>--debug</c>.</summary>
internal static class DebugLog
{
    /// <summary>Writes one message a step.</summary>
    public static void Write(MessageLog log, StartPlan plan)
    {
        if (!log.IsDebug)
            return;
        foreach (PlanStep step in plan.Steps)
            log.Debug(step.LogText);
    }
}
