namespace PSContainer.FileSystems;

/// <summary>Something still uses a mount.</summary>
public sealed class MountBusyException(string message, string? recommendation, IReadOnlyList<MountHolder> holders)
    : ContainerException(message, recommendation)
{
    /// <inheritdoc/>
    public override string ErrorId => "MountBusy";

    /// <summary>Who uses it.</summary>
    public IReadOnlyList<MountHolder> Holders { get; } = holders;
}
