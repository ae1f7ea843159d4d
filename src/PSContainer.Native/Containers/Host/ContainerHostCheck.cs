using PSContainer.Containers.Audit;

namespace PSContainer.Containers.Host;

/// <summary>One thing a host can or cannot do for containers.</summary>
/// <param name="Feature">What: <c>UserNamespace</c>, <c>Overlay</c>, <c>CgroupDelegation</c>.</param>
/// <param name="Result">Whether it is there.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Recommendation">What to do about a gap; <see langword="null"/> when there is none.</param>
public sealed record ContainerHostCheck(string Feature, CheckResult Result, string Detail, string? Recommendation)
{
    /// <summary>Whether no container starts without it; of what else fails, only single parameters need it.</summary>
    public bool IsRequired { get; init; }
}
