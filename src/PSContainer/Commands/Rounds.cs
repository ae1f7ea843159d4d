namespace PSContainer.Commands;

/// <summary>Measurements in rounds, an interval apart.</summary>
internal static class Rounds
{
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(1);

    /// <summary>Measures all items once, then in each round emits what was used since the round before.</summary>
    /// <typeparam name="TItem">What is measured.</typeparam>
    /// <typeparam name="TUsage">A measurement.</typeparam>
    /// <param name="items">What is measured; loses what cannot be any more.</param>
    /// <param name="interval">Time between rounds; <see langword="null"/>: one second.</param>
    /// <param name="count">How many rounds.</param>
    /// <param name="stop">Ends it.</param>
    /// <param name="measure">Measures one; <see langword="null"/> when that is over.</param>
    /// <param name="since">What was used between two measurements: the later one first.</param>
    /// <param name="emit">Gets each row.</param>
    internal static void Run<TItem, TUsage>(
        List<TItem> items, TimeSpan? interval, int count, CancellationToken stop,
        Func<TItem, TUsage?> measure, Func<TUsage, TUsage, TUsage> since, Action<object> emit)
        where TItem : notnull
        where TUsage : class
    {
        var before = new Dictionary<TItem, TUsage>();
        // A share of CPU time is one of an interval, so the first row comes after the first interval.
        items.RemoveAll(item => !TryKeep(item, measure(item)));
        for (int round = 0; round < count && items.Count > 0; round++)
        {
            if (stop.WaitHandle.WaitOne(interval ?? DefaultInterval))
                return;
            foreach (TItem item in items.ToArray())
            {
                TUsage earlier = before[item];
                TUsage? now = measure(item);
                if (TryKeep(item, now))
                    emit(since(now!, earlier));
                else
                    items.Remove(item);
            }
        }

        bool TryKeep(TItem item, TUsage? usage)
        {
            if (usage is not null)
                before[item] = usage;
            return usage is not null;
        }
    }
}
