namespace PSContainer.Machine;

/// <summary>A range of subordinate ids, subuid(5).</summary>
/// <param name="First">First id on the host.</param>
/// <param name="Count">How many.</param>
public sealed record SubIdRange(uint First, uint Count)
{
    /// <summary><c>FIRST-LAST</c>.</summary>
    public override string ToString() => $"{First}-{First + Count - 1}";
}
