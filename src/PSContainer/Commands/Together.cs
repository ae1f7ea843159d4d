using PSContainer.Containers;

namespace PSContainer.Commands;

/// <summary>Work on several containers that takes its time: each begins when it is its turn to be asked about, and all go on together.</summary>
internal sealed class Together
{
    private readonly List<Work> _all = [];

    /// <summary>Begins the work on a container, once.</summary>
    /// <param name="container">The container.</param>
    /// <param name="work">The work; it gets what takes its warnings.</param>
    internal void Begin(Container container, Action<Action<string>> work)
    {
        if (_all.Exists(one => one.Container == container))
            return;
        var warnings = new List<string>();
        // A thread of its own: it waits nearly all of the time, and the pool has few.
        Task task = Task.Factory.StartNew(
            () => work(warnings.Add), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _all.Add(new(container, task, warnings));
    }

    /// <summary>The work that was begun, in its order.</summary>
    internal IReadOnlyList<Work> All => _all;

    /// <summary>The work on one container.</summary>
    /// <param name="Container">The container.</param>
    /// <param name="Task">The work.</param>
    /// <param name="Warnings">Its warnings, once it is done.</param>
    internal sealed record Work(Container Container, Task Task, IReadOnlyList<string> Warnings)
    {
        /// <summary>Waits for it; whoever stops waiting does not stop the work, which is not to be left half done.</summary>
        internal void Await(CancellationToken cancellation) => Task.WaitAsync(cancellation).GetAwaiter().GetResult();
    }
}
