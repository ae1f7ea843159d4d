namespace PSContainer.State;

/// <summary>The specification's words for a status (runtime.md, "State").</summary>
public static class StatusWord
{
    /// <summary>The word; the specification knows no half-made container, which for it has stopped.</summary>
    public static string Of(ContainerStatus status) => status switch
    {
        ContainerStatus.Exited or ContainerStatus.Dead => "stopped",
        _ => status.ToString().ToLowerInvariant(),
    };
}
