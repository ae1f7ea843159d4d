namespace PSContainer;

/// <summary>What is asked of a mount is wrong; nothing was touched.</summary>
public sealed class InvalidMountException(string message, string? recommendation = null) : ContainerException(message,
    recommendation)
{
    /// <inheritdoc/>
    public override string ErrorId => "InvalidMount";
}

/// <summary>The kernel refused a mount; what had been made for it is gone.</summary>
public sealed class MountFailedException(string message, string? recommendation = null) : ContainerException(message,
    recommendation)
{
    /// <inheritdoc/>
    public override string ErrorId => "MountFailed";
}

/// <summary>Nothing is mounted there.</summary>
public sealed class MountPointNotFoundException(string path)
    : ContainerException($"Nothing is mounted on '{path}'.", "List what is mounted with Get-MountPoint.")
{
    /// <inheritdoc/>
    public override string ErrorId => "MountPointNotFound";
}

/// <summary>No overlay is mounted there.</summary>
public sealed class OverlayNotFoundException(string path)
    : ContainerException($"No overlay is mounted on '{path}'.", "List the overlays with Get-Overlay.")
{
    /// <inheritdoc/>
    public override string ErrorId => "OverlayNotFound";
}

/// <summary>This kernel or this filesystem cannot do what an overlay needs.</summary>
public sealed class OverlayUnsupportedException(string message, string? recommendation = null) : ContainerException(message,
    recommendation)
{
    /// <inheritdoc/>
    public override string ErrorId => "OverlayUnsupported";
}
