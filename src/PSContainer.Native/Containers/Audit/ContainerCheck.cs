namespace PSContainer.Containers.Audit;

/// <summary>One fact of a container: what was asked for against what the kernel has in force.</summary>
/// <param name="Container">Name of the container.</param>
/// <param name="Check">What was looked at, as <c>Capability.Effective</c> or <c>Mount /proc</c>.</param>
/// <param name="Asked">What the configuration says.</param>
/// <param name="InForce">What the kernel says.</param>
/// <param name="Result">Whether they agree.</param>
public sealed record ContainerCheck(string Container, string Check, string Asked, string InForce, CheckResult Result);

/// <summary>The outcome of a check.</summary>
public enum CheckResult
{
    /// <summary>As it should be.</summary>
    Pass,

    /// <summary>It works, with less than could be.</summary>
    Warning,

    /// <summary>Not as it should be.</summary>
    Fail,

    /// <summary>It could not be found out, and why is in the detail.</summary>
    Unknown,
}
