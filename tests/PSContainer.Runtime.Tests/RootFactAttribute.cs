namespace PSContainer.Runtime.Tests;

/// <summary>A test that only root can run; elsewhere it is shown as skipped, with the reason.</summary>
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute() => Skip = Environment.IsPrivilegedProcess ? null : "needs root";
}
