namespace PSContainer;

/// <summary>What a container uses at one time.</summary>
public sealed record ContainerUsage
{
    /// <summary>Name of the container.</summary>
    public required string Name { get; init; }

    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>When it was read.</summary>
    public DateTime Time { get; init; }
}
