using PSContainer.Words;

namespace PSContainer.Commands;

/// <summary>The time that a command in the foreground has.</summary>
internal sealed class CommandDeadline : IDisposable
{
    private readonly TimeSpan _time;
    private readonly Action _kill;
    private readonly Func<bool> _hasEnded;
    private readonly Timer _timer;
    private volatile bool _hasPassed, _hasKilled;

    /// <summary>Begins to count.</summary>
    /// <param name="time">How long.</param>
    /// <param name="kill">Kills the command.</param>
    /// <param name="hasEnded">Whether the command has ended already.</param>
    internal CommandDeadline(TimeSpan time, Action kill, Func<bool> hasEnded)
    {
        (_time, _kill, _hasEnded) = (time, kill, hasEnded);
        _timer = new Timer(_ => Pass(), null, time, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether it has passed: what comes through the pipeline still is waited for no longer.</summary>
    internal bool HasPassed => _hasPassed;

    /// <summary>Whether the command was killed for it.</summary>
    internal bool HasKilled => _hasKilled;

    /// <summary>What the user is told once it has passed.</summary>
    /// <param name="place">Where the command runs, after the word: <c> in container 'web'</c>; or empty.</param>
    internal WaitTimeoutException Error(string place = "")
    {
        string time = DurationWord.Format(_time);
        return _hasKilled
            ? new($"The command{place} did not end within {time} and was killed.", "Give it more time with -Timeout.")
            : new(
                $"The command{place} has ended, but what comes through the pipeline for it did not end within {time}.",
                "Give it less, or more time with -Timeout.");
    }

    private void Pass()
    {
        _hasKilled = !_hasEnded();
        _hasPassed = true;
        if (_hasKilled)
            _kill();
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();
}
