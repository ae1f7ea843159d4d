namespace PSContainer;

/// <summary>A condition did not come true in time.</summary>
public sealed class WaitTimeoutException(string message, string? recommendation = null)
    : ContainerException(message, recommendation)
{
    /// <inheritdoc/>
    public override string ErrorId => "WaitTimeout";
}

/// <summary>The container ended before what was waited for came true.</summary>
public sealed class ContainerExitedException(string message, int? exitCode, IReadOnlyList<string> logTail)
    : ContainerException(message, "Read what it said with Get-ContainerLog.")
{
    /// <inheritdoc/>
    public override string ErrorId => "ContainerNotRunning";

    /// <summary>Its exit code, when known.</summary>
    public int? ExitCode { get; } = exitCode;

    /// <summary>The last lines of its log.</summary>
    public IReadOnlyList<string> LogTail { get; } = logTail;
}

/// <summary>An executed command ended with another code than 0.</summary>
public sealed class ContainerCommandException(string message, int exitCode, bool oomKilled = false) : ContainerException(message)
{
    /// <inheritdoc/>
    public override string ErrorId => "ContainerCommandFailed";

    /// <summary>The code.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>Whether the kernel killed a process of it for want of memory.</summary>
    public bool OomKilled { get; } = oomKilled;
}

/// <summary>The executable that makes containers is missing or cannot be executed.</summary>
public sealed class RuntimeNotFoundException(string message, string? recommendation = null)
    : ContainerException(message, recommendation)
{
    /// <inheritdoc/>
    public override string ErrorId => "RuntimeNotFound";
}

/// <summary>A user namespace needs a range of subordinate ids that /etc/subuid or /etc/subgid does not give.</summary>
public sealed class SubIdRangeMissingException(string message, string? recommendation = null)
    : ContainerException(message, recommendation)
{
    /// <inheritdoc/>
    public override string ErrorId => "SubIdRangeMissing";
}
