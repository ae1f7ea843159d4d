using PSContainer.Kernel;

namespace PSContainer.Containers.Options;

/// <summary>
/// A command to execute in a running container. What is <see langword="null"/> is as the container's first process has it.
/// </summary>
public sealed record ExecOptions
{
    /// <summary>The command and its arguments.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Working directory inside, absolute.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Environment variables over the container's own; a <see langword="null"/> value removes one.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary><c>user</c>, <c>uid</c>, <c>user:group</c> or <c>uid:gid</c>, by the root filesystem's own files.</summary>
    public string? User { get; init; }

    /// <summary>Gives the command a terminal of its own.</summary>
    public bool Tty { get; init; }

    /// <summary>Capabilities given besides the container's.</summary>
    public IReadOnlyList<Capability> AddCapability { get; init; } = [];

    /// <summary>All capabilities, and no_new_privs as the container has it.</summary>
    public bool Privileged { get; init; }
}
