using System.Text.RegularExpressions;
using PSContainer.State;

namespace PSContainer.Containers;

/// <summary>What <see cref="Container.Wait"/> waits for.</summary>
public abstract record WaitCondition
{
    private protected WaitCondition()
    {
    }

    /// <summary>The container ends.</summary>
    public static WaitCondition Exit { get; } = new ExitCondition();

    /// <summary>The container is in a state.</summary>
    public static WaitCondition State(ContainerStatus status) => new StateCondition(status);

    /// <summary>A line of the log matches.</summary>
    public static WaitCondition Log(Regex pattern) => new LogCondition(pattern);

    /// <summary>A TCP port is listened on inside the container's network.</summary>
    public static WaitCondition Port(int port) => new PortCondition(port);

    /// <summary>A command executed in the container ends with 0.</summary>
    public static WaitCondition Command(IReadOnlyList<string> command) => new CommandCondition(command);

    /// <summary>A path exists inside the container.</summary>
    public static WaitCondition File(string path) => new FileCondition(path);
}

/// <summary>The container ends.</summary>
public sealed record ExitCondition : WaitCondition
{
    /// <inheritdoc/>
    public override string ToString() => "exit";
}

/// <summary>The container is in a state.</summary>
/// <param name="Status">The state.</param>
public sealed record StateCondition(ContainerStatus Status) : WaitCondition
{
    /// <inheritdoc/>
    public override string ToString() => $"state {Status}";
}

/// <summary>A line of the log matches.</summary>
/// <param name="Pattern">The expression.</param>
public sealed record LogCondition(Regex Pattern) : WaitCondition
{
    /// <inheritdoc/>
    public override string ToString() => $"log line '{Pattern}'";
}

/// <summary>A TCP port is listened on inside the container's network.</summary>
/// <param name="Number">The port, 1 to 65535.</param>
public sealed record PortCondition(int Number) : WaitCondition
{
    /// <inheritdoc/>
    public override string ToString() => $"port {Number}";
}

/// <summary>A command executed in the container ends with 0.</summary>
/// <param name="Arguments">The command and its arguments.</param>
public sealed record CommandCondition(IReadOnlyList<string> Arguments) : WaitCondition
{
    /// <inheritdoc/>
    public override string ToString() => $"command '{string.Join(' ', Arguments)}'";
}

/// <summary>A path exists inside the container.</summary>
/// <param name="Path">An absolute path inside.</param>
public sealed record FileCondition(string Path) : WaitCondition
{
    /// <inheritdoc/>
    public override string ToString() => $"file '{Path}'";
}
