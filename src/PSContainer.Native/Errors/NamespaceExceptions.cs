namespace PSContainer;

/// <summary>There is no such namespace, or none any more.</summary>
public sealed class NamespaceNotFoundException(string message, string? recommendation = "List them with Get-Namespace.")
    : ContainerException(message, recommendation)
{
    /// <inheritdoc/>
    public override string ErrorId => "NamespaceNotFound";
}

/// <summary>Namespaces of this name exist already.</summary>
public sealed class NamespaceAlreadyExistsException(string name) : ContainerException(
    $"Namespaces named '{name}' exist already.", $"Choose another name, or remove them with: Remove-Namespace {name}")
{
    /// <inheritdoc/>
    public override string ErrorId => "NamespaceAlreadyExists";
}

/// <summary>Processes are in the namespace.</summary>
public sealed class NamespaceBusyException(string message, string? recommendation = null) : ContainerException(message, recommendation)
{
    /// <inheritdoc/>
    public override string ErrorId => "NamespaceBusy";
}

/// <summary>The kernel refused to make a namespace; nothing is left of the others that were asked for.</summary>
public sealed class NamespaceCreateException(string message, string? recommendation = null) : ContainerException(message, recommendation)
{
    /// <summary>What a user does who may not make the others without a User namespace.</summary>
    internal const string AdviceOnOwner =
        "Only root makes namespaces by themselves. Let a new User namespace own them: -Type User, … -MapRootUser.";

    /// <inheritdoc/>
    public override string ErrorId => "NamespaceCreateFailed";
}
