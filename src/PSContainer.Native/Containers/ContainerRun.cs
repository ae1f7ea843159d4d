using PSContainer.Kernel;

namespace PSContainer;

/// <summary>A container that is about to run, or runs, in the foreground.</summary>
public sealed class ContainerRun : IDisposable
{
    private readonly FileHandle? making;

    internal ContainerRun(Container container, FileHandle? making, NativeCommand command)
    {
        this.making = making;
        Container = container;
        Command = command;
    }

    /// <summary>The container, found by others as long as it is there.</summary>
    public Container Container { get; }

    /// <summary>What to execute: it makes the container, runs it, ends with its exit code and leaves nothing.</summary>
    public NativeCommand Command { get; }

    /// <summary>Ends the container at once.</summary>
    public void Kill() => Container.Kill();

    /// <summary>Ends it when it still lives, and removes it.</summary>
    public void Dispose()
    {
        making?.Dispose();
        Container.Remove(force: true);
    }
}
