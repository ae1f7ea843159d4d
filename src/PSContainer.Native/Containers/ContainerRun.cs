using PSContainer.Kernel;
using PSContainer.Programs;

namespace PSContainer.Containers;

/// <summary>A container that is about to run, or runs, in the foreground.</summary>
public sealed class ContainerRun : IDisposable
{
    private readonly FileHandle? making;

    private readonly CancelPipe cancel;

    internal ContainerRun(Container container, FileHandle? making, CancelPipe cancel, NativeCommand command)
    {
        this.making = making;
        this.cancel = cancel;
        Container = container;
        Command = command;
    }

    /// <summary>The container, found by others as long as it is there.</summary>
    public Container Container { get; }

    /// <summary>What to execute: it makes the container, runs it, ends with its exit code and leaves nothing.</summary>
    public NativeCommand Command { get; }

    /// <summary>Ends the container at once, or its start.</summary>
    public void Kill()
    {
        cancel.Fire();
        Container.Kill();
    }

    /// <summary>Ends it when it still lives, and removes it.</summary>
    public void Dispose()
    {
        making?.Dispose();
        cancel.Dispose();
        Container.Remove(force: true);
    }
}
