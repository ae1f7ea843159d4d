namespace PSContainer;

/// <summary>No container has this name or id.</summary>
public sealed class ContainerNotFoundException(string name)
    : ContainerException($"There is no container '{name}'.", "List the containers with Get-Container.")
{
    /// <inheritdoc/>
    public override string ErrorId => "ContainerNotFound";
}

/// <summary>A container of this name or id exists already.</summary>
public sealed class ContainerAlreadyExistsException(string name)
    : ContainerException($"A container named '{name}' exists already.", $"Choose another name, or remove it with: Remove-Container {name} -Force")
{
    /// <inheritdoc/>
    public override string ErrorId => "ContainerAlreadyExists";
}

/// <summary>The container is not in a state that allows the operation.</summary>
public sealed class ContainerStateException(string message, string? recommendation = null) : ContainerException(message, recommendation)
{
    /// <inheritdoc/>
    public override string ErrorId => "ContainerNotRunning";
}

/// <summary>The root filesystem is missing or is not a directory.</summary>
public sealed class RootfsNotFoundException(string message, string? recommendation = null) : ContainerException(message, recommendation)
{
    /// <inheritdoc/>
    public override string ErrorId => "RootfsNotFound";
}

/// <summary>The command does not exist in the container or cannot be executed.</summary>
public sealed class CommandNotFoundInContainerException(string message, string? recommendation = null) : ContainerException(message, recommendation)
{
    /// <inheritdoc/>
    public override string ErrorId => "CommandNotFoundInContainer";
}

/// <summary>A step of the start failed.</summary>
public sealed class ContainerStartException(string message, string? recommendation = null) : ContainerException(message, recommendation)
{
    /// <inheritdoc/>
    public override string ErrorId => "ContainerStartFailed";
}

/// <summary>A value of the configuration is wrong; nothing was touched.</summary>
public sealed class InvalidSpecException(string message, string? recommendation = null) : ContainerException(message, recommendation)
{
    /// <inheritdoc/>
    public override string ErrorId => "InvalidContainerSpec";
}

/// <summary>A cgroup controller that a limit needs is missing or not delegated.</summary>
public sealed class ControllerUnavailableException(string message, string? recommendation = null) : ContainerException(message, recommendation)
{
    /// <inheritdoc/>
    public override string ErrorId => "ControllerNotDelegated";
}

/// <summary>The caller lacks a privilege.</summary>
public sealed class ContainerPermissionException(string message, string? recommendation = null) : ContainerException(message, recommendation)
{
    /// <inheritdoc/>
    public override string ErrorId => "PermissionDenied";
}
