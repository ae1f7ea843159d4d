namespace PSContainer.Plan;

/// <summary>Collects the steps of a plan in order.</summary>
internal sealed class PlanBuilder
{
    private readonly List<PlanStep> _steps = [];

    public IReadOnlyList<PlanStep> Steps => _steps;

    /// <summary>What is left out although it was asked for, because the specification says so.</summary>
    public List<string> Warnings { get; } = [];

    public void Warn(string text) => Warnings.Add(text);

    /// <summary>As <see cref="Warnings"/>, of what is the same at every start, and who runs the command can do nothing about.</summary>
    public List<string> Notes { get; } = [];

    public void Note(string text) => Notes.Add(text);

    public void Parent(string name, string call, string target = "", string flags = "") =>
        Add(new PlanStep(PlanSide.Parent, name, call, target, flags));

    public void Child(ChildStep step, string name, string call, string target = "", string flags = "") =>
        Add(new PlanStep(PlanSide.Child, name, call, target, flags) { Child = step });

    private void Add(PlanStep step) => _steps.Add(step with { Number = _steps.Count + 1 });
}
