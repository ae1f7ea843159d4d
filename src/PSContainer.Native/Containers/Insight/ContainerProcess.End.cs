using System.Globalization;
using PSContainer.Proc;

namespace PSContainer.Containers.Insight;

// How it ends: of a process that was started in the background the monitor of its log says so.
public sealed partial record ContainerProcess
{
    private readonly LastWord last = new();

    /// <summary>With the pid its identity, in clock ticks since boot; 0 of one that had ended before it could be read.</summary>
    internal ulong StartTicks { get; init; }

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => StartTicks == 0 || ProcessStat.StartTimeOf(Id) != StartTicks;

    /// <summary>
    /// Its exit code, 128 plus the signal's number when a signal ended it; <see langword="null"/> before, and of one that was not started
    /// by Start-ContainerProcess, since nobody saw its end.
    /// </summary>
    public int? ExitCode => Ended?.ExitCode;

    /// <summary>When it ended; <see langword="null"/> where <see cref="ExitCode"/> is.</summary>
    public DateTime? ExitTime => Ended?.Time.LocalDateTime;

    /// <summary>Whether the kernel killed it for want of memory.</summary>
    public bool OomKilled => Ended?.OomKilled ?? false;

    private string? Directory => Path.GetDirectoryName(LogPath);

    private ExitRecord? Ended
    {
        get
        {
            if (last.Record is null && Directory is { } directory && HasExited)
                last.Record = Read(directory);
            return last.Record;
        }
    }

    /// <summary>Waits until it has ended.</summary>
    /// <param name="timeout">How long; <see langword="null"/>: for ever.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>Its exit code; <see langword="null"/> when nobody was there to see it.</returns>
    /// <exception cref="WaitTimeoutException">The time ran out.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public int? WaitForExit(TimeSpan? timeout = null, CancellationToken cancellation = default)
    {
        using LiveProcess? process = StartTicks == 0 ? null : LiveProcess.Open(Id, StartTicks);
        if (process is not null && !process.WaitForEnd(timeout, cancellation))
        {
            throw new WaitTimeoutException(
                string.Create(CultureInfo.InvariantCulture, $"The process {this} was waited for {timeout!.Value.TotalSeconds:0.###} s: it did not end."),
                "Wait longer with -Timeout, or see what it does with Get-ContainerLog.")
            { Target = Id.ToString(CultureInfo.InvariantCulture) };
        }
        if (last.Record is null && Directory is { } directory)
            last.Record = ExitWatch.Settle(directory, process);
        return ExitCode;
    }

    private static ExitRecord? Read(string directory)
    {
        try
        {
            return ExitRecord.Read(Path.Combine(directory, "exit"));
        }
        catch (ContainerException)
        {
            return null;
        }
    }

    /// <summary>What was learnt of its end. It stays when the container is removed, and is no part of what it is compared by.</summary>
    private sealed class LastWord
    {
        internal ExitRecord? Record { get; set; }

        public override bool Equals(object? other) => other is LastWord;

        public override int GetHashCode() => 0;
    }
}
