namespace PSContainer.Containers;

/// <summary>A beginning of an id is that of several containers.</summary>
public sealed class ContainerAmbiguousException(string text, IReadOnlyList<Container> containers)
    : ContainerException(
        $"'{text}' is the beginning of the ids of {containers.Count} containers: {Describe(containers)}.", "Write more of the id, or a name.")
{
    private const int Shown = 5;

    /// <summary>The containers that may be meant.</summary>
    public IReadOnlyList<Container> Containers { get; } = containers;

    /// <inheritdoc/>
    public override string ErrorId => "ContainerAmbiguous";

    private static string Describe(IReadOnlyList<Container> containers) =>
        string.Join(", ", containers.Take(Shown).Select(one => one.Name == one.Id ? one.Id : $"{one.Id} ({one.Name})"))
        + (containers.Count > Shown ? $" and {containers.Count - Shown} more" : "");
}
