using PSContainer.Kernel;

namespace PSContainer;

/// <summary>No container has this name or id.</summary>
public sealed class ContainerNotFoundException(string name, string? recommendation = null)
    : ContainerException($"There is no container '{name}'.", recommendation ?? $"List the containers with: {Advice.List}")
{
    /// <inheritdoc/>
    public override string ErrorId => "ContainerNotFound";
}

/// <summary>A container of this name or id exists already.</summary>
public sealed class ContainerAlreadyExistsException(string name)
    : ContainerException(
        $"A container named '{name}' exists already.", $"Choose another name, or remove it with: {Advice.Remove(name)}")
{
    /// <inheritdoc/>
    public override string ErrorId => "ContainerAlreadyExists";
}

/// <summary>The container is not in a state that allows the operation.</summary>
public sealed class ContainerStateException(string message, string? recommendation = null) : ContainerException(message, recommendation)
{
    /// <inheritdoc/>
    public override string ErrorId => "ContainerNotRunning";

    /// <summary>The error of what takes a running container.</summary>
    /// <param name="container">The name of the container, which does not run.</param>
    /// <param name="consequence">What cannot be for that reason, after "so".</param>
    /// <param name="target">What it was named as; by default its name.</param>
    public static ContainerStateException NotRunning(string container, string consequence, string? target = null) => new(
        $"The container '{container}' does not run, so {consequence}.", $"Start it with: Start-Container {container}")
    { Target = target ?? container };
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

/// <summary>A start was ended by its caller before it was done.</summary>
/// <param name="signal">The signal that ended it; 0 when the caller ended, or said so himself.</param>
/// <param name="what">What was ended, as the subject of a sentence.</param>
public sealed class StartInterruptedException(int signal, string what = Kernel.WayOut.Start)
    : ContainerException($"{what} was ended by {(signal == 0 ? "its caller" : Kernel.SignalName.Format((Signal)signal))}.")
{
    /// <inheritdoc/>
    public override string ErrorId => "StartInterrupted";

    /// <summary>The signal that ended it; 0 when the caller ended, or said so himself.</summary>
    public int Signal { get; } = signal;
}

/// <summary>A hook of the configuration failed.</summary>
public sealed class ContainerHookException(string message, string? recommendation = null) : ContainerException(message, recommendation)
{
    /// <inheritdoc/>
    public override string ErrorId => "ContainerHookFailed";

    /// <summary>Which one, by its member and its place there: <c>createRuntime hook #1</c>.</summary>
    public string? Hook { get; init; }
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

/// <summary>The kernel has no security module that would enforce what is asked: Landlock, AppArmor or SELinux.</summary>
public sealed class SecurityModuleException(string message, string? recommendation = null) : ContainerException(message, recommendation)
{
    /// <inheritdoc/>
    public override string ErrorId => "SecurityModuleUnavailable";
}

/// <summary>The caller lacks a privilege.</summary>
public sealed class ContainerPermissionException(string message, string? recommendation = null) : ContainerException(message, recommendation)
{
    /// <inheritdoc/>
    public override string ErrorId => "PermissionDenied";
}

/// <summary>What is asked would end the caller's own session, or the host.</summary>
public sealed class SessionEndangeredException(string message, string? recommendation = null) : ContainerException(message, recommendation)
{
    /// <inheritdoc/>
    public override string ErrorId => "SessionEndangered";
}

/// <summary>No cgroup has this path or name.</summary>
public sealed class CgroupNotFoundException(string name)
    : ContainerException($"There is no cgroup '{name}'.", "List the cgroups with: Get-Cgroup -Recurse")
{
    /// <inheritdoc/>
    public override string ErrorId => "CgroupNotFound";
}

/// <summary>A cgroup of this path exists already.</summary>
public sealed class CgroupAlreadyExistsException(string path)
    : ContainerException($"The cgroup '{path}' exists already.", $"Use it (Get-Cgroup), choose another name, or remove it: Remove-Cgroup")
{
    /// <inheritdoc/>
    public override string ErrorId => "CgroupAlreadyExists";
}

/// <summary>A cgroup holds processes or other cgroups, which the operation does not allow.</summary>
public sealed class CgroupBusyException(string message, string? recommendation = null) : ContainerException(message, recommendation)
{
    /// <inheritdoc/>
    public override string ErrorId => "CgroupBusy";
}
