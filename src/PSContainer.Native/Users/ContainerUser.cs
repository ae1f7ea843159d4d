namespace PSContainer.Users;

/// <summary>Who a process in a container is, as ids inside the container.</summary>
public sealed record ContainerUser
{
    /// <summary>User id.</summary>
    public required uint Uid { get; init; }

    /// <summary>Group id.</summary>
    public required uint Gid { get; init; }

    /// <summary>Supplementary groups, from the container's group file; ascending, without <see cref="Gid"/>.</summary>
    public IReadOnlyList<uint> AdditionalGids { get; init; } = [];

    /// <summary>Home directory, an absolute path inside the container; <c>/</c> when the passwd file names none.</summary>
    public string Home { get; init; } = "/";

    /// <summary>The name in the passwd file, or <see langword="null"/> for an id that it does not list.</summary>
    public string? Name { get; init; }
}
