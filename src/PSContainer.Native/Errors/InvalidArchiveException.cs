namespace PSContainer;

/// <summary>An archive that is damaged, hostile or no root filesystem.</summary>
public sealed class InvalidArchiveException(string message, string? recommendation = null)
    : ContainerException(message, recommendation)
{
    /// <inheritdoc/>
    public override string ErrorId => "InvalidArchive";
}
