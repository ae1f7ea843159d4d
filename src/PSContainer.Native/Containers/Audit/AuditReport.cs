namespace PSContainer.Containers.Audit;

/// <summary>Collects the checks of one container.</summary>
internal sealed class AuditReport(string container)
{
    private readonly List<ContainerCheck> checks = [];

    /// <summary>All checks so far.</summary>
    internal IReadOnlyList<ContainerCheck> Checks => checks;

    /// <summary>Both as text: they agree when they are the same.</summary>
    internal void Compare(string check, string asked, string inForce) => Add(check, asked, inForce, asked == inForce);

    /// <summary>Both as text, and whether they agree.</summary>
    internal void Add(string check, string asked, string inForce, bool agrees) =>
        checks.Add(new(container, Shown(check), Shown(asked), Shown(inForce), agrees ? CheckResult.Pass : CheckResult.Fail));

    /// <summary>What could not be found out, and why.</summary>
    internal void Unknown(string check, string asked, string why) =>
        checks.Add(new(container, Shown(check), Shown(asked), Shown(why), CheckResult.Unknown));

    private static string Shown(string text) => ShownText.Line(text);
}
