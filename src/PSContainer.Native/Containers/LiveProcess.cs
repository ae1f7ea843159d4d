using System.Globalization;
using PSContainer.Kernel;
using PSContainer.Proc;
using PSContainer.Rooted;
using PSContainer.State;

namespace PSContainer.Containers;

/// <summary>The first process of a container, held by descriptor: surely this process and no later one with its pid.</summary>
internal sealed class LiveProcess : IDisposable
{
    private const double Forever = int.MaxValue;
    private readonly FileHandle handle;

    private LiveProcess(FileHandle handle, int pid)
    {
        this.handle = handle;
        Pid = pid;
    }

    /// <summary>Host pid.</summary>
    internal int Pid { get; }

    /// <summary>The descriptor.</summary>
    internal int Fd => handle.Fd;

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    /// <summary>Opens the first process of a container.</summary>
    /// <returns>The process, or <see langword="null"/> when it has none, or none any more.</returns>
    internal static LiveProcess? Open(ContainerState? state) =>
        state is { Pid: > 0 } ? Open(state.Pid, state.PidStartTime) : null;

    /// <summary>Opens a process.</summary>
    /// <returns>The process, or <see langword="null"/> when it is gone, or another has its pid.</returns>
    internal static LiveProcess? Open(int pid, ulong startTime) =>
        ProcessStat.Open(pid, startTime) is { } handle ? new(handle, pid) : null;

    /// <summary>Opens its root directory: surely its own, and not the host's because something else has its pid by now.</summary>
    /// <param name="container">The container's name, for messages.</param>
    /// <exception cref="ContainerException">It has ended.</exception>
    internal RootedDirectory OpenRoot(string container)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{Pid}/root");
        RootedDirectory root = RootedDirectory.OpenContainer(path, container);
        // While the descriptor's process is there nobody else has its pid, and had it when the directory was opened.
        if (Pidfd.SendSignal(Fd, 0))
            return root;
        root.Dispose();
        throw new ContainerStateException("The container ended meanwhile.", "Start it again.");
    }

    /// <summary>Waits until it has ended.</summary>
    /// <param name="patience">How long at most; <see langword="null"/>: for ever.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>Whether it has ended.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    internal bool WaitForEnd(TimeSpan? patience, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var wake = new CancellationDescriptor(cancellation);
        long start = Environment.TickCount64;
        PollEntry[] entries = [new() { Fd = Fd, Events = PollEntry.In }, new() { Fd = wake.Fd, Events = PollEntry.In }];
        while (true)
        {
            double left = patience is { } limit ? limit.TotalMilliseconds - (Environment.TickCount64 - start) : Forever;
            Poll.Wait(entries, left >= Forever ? -1 : (int)Math.Max(0, Math.Ceiling(left)));
            if (entries[0].Returned != 0)
                return true;
            cancellation.ThrowIfCancellationRequested();
            if (left <= 0)
                return false;
        }
    }
}
