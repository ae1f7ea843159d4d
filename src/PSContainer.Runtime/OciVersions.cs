namespace PSContainer.Runtime;

/// <summary>The versions of the OCI runtime specification that are understood.</summary>
internal static class OciVersions
{
    public const string Lowest = "1.0.0", Highest = "1.3.0";
}
