using System.Globalization;
using PSContainer.Words;

namespace PSContainer.Containers.Wait;

/// <summary>Waits until conditions of a container come true, and says so at once when they no longer can.</summary>
internal sealed class ContainerWait(Container container, IReadOnlyList<WaitCondition> conditions, bool any) : IDisposable
{
    private const int TailLines = 20;
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromMilliseconds(100);
    private readonly ConditionWatch watch = new(container);
    private readonly List<WaitCondition> pending = [.. conditions];

    /// <inheritdoc/>
    public void Dispose() => watch.Dispose();

    /// <summary>Waits.</summary>
    /// <exception cref="WaitTimeoutException">The time ran out.</exception>
    /// <exception cref="ContainerExitedException">The container ended while something else was waited for.</exception>
    internal void Run(TimeSpan? timeout, TimeSpan? interval, CancellationToken cancellation)
    {
        long start = Environment.TickCount64;
        while (true)
        {
            using LiveProcess? process = LiveProcess.Open(container.Current);
            if (process is null && container.HasExited && container.ExitCode is null)
                container.Settle(null);
            pending.RemoveAll(condition => watch.Holds(condition, process, cancellation));
            if (pending.Count == 0 || (any && pending.Count < conditions.Count))
            {
                // One that is removed at its end is gone then, too.
                if (process is null && container.HasExited)
                    ExitWatch.AwaitMonitor(container.StateDirectory);
                return;
            }
            if (process is null && container.HasExited)
                RequireOutliving();
            TimeSpan? left = timeout is { } limit ? limit - TimeSpan.FromMilliseconds(Environment.TickCount64 - start) : null;
            if (left <= TimeSpan.Zero)
                throw TimedOut(timeout!.Value);
            Pause(process, left, interval ?? DefaultInterval, cancellation);
        }
    }

    // The end of the process wakes the wait at once; what else is waited for has to be looked at again and again.
    private void Pause(LiveProcess? process, TimeSpan? left, TimeSpan interval, CancellationToken cancellation)
    {
        bool onlyEnd = pending.TrueForAll(condition => condition is ExitCondition);
        TimeSpan? patience = onlyEnd && process is not null ? left : left < interval ? left : interval;
        if (process is null)
            cancellation.WaitHandle.WaitOne(patience ?? interval);
        else if (process.WaitForEnd(patience, cancellation))
            container.Settle(process);
        cancellation.ThrowIfCancellationRequested();
    }

    private void RequireOutliving()
    {
        bool hopeless = any ? !pending.Exists(ConditionWatch.OutlivesEnd) : !pending.TrueForAll(ConditionWatch.OutlivesEnd);
        if (!hopeless)
            return;
        IReadOnlyList<string> tail = LogSearch.Tail(container, TailLines);
        string code = container.ExitCode is { } exit ? string.Create(CultureInfo.InvariantCulture, $" with {exit}") : "";
        string said = tail.Count == 0 ? " It wrote nothing." : $" It wrote last:\n  {string.Join("\n  ", tail)}";
        throw new ContainerExitedException(
            $"The container '{container}' ended{code} while it was waited for {Names()}.{said}", container.ExitCode, tail)
        { Target = container.Name };
    }

    private WaitTimeoutException TimedOut(TimeSpan timeout) =>
        new($"The container '{container}' was waited for {DurationWord.Format(timeout)}: {Names()} did not come.",
            "Wait longer with -Timeout, or see what it does with Get-ContainerLog and Get-ContainerProcess.")
        { Target = container.Name };

    private string Names() => string.Join(any ? " or " : " and ", pending);
}
