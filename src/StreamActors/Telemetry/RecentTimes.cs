namespace StreamActors.Telemetry;

/// <summary>The newest times of a kind, so many at most and none older than so long. Not thread-safe.</summary>
/// <param name="most">How many are kept.</param>
/// <param name="noOlderThan">Older ones count no more.</param>
internal sealed class RecentTimes(int most, TimeSpan noOlderThan)
{
    private readonly Queue<(TimeSpan At, TimeSpan Time)> _times = new(most);

    /// <summary>Notes one.</summary>
    /// <param name="at">When, from the start.</param>
    /// <param name="time">How long it took.</param>
    public void Add(TimeSpan at, TimeSpan time)
    {
        if (_times.Count == most)
            _times.Dequeue();
        _times.Enqueue((at, time));
    }

    /// <summary>Those that count, in no order.</summary>
    public TimeSpan[] Of(TimeSpan now)
    {
        while (_times.TryPeek(out var oldest) && now - oldest.At > noOlderThan)
            _times.Dequeue();
        return [.. _times.Select(t => t.Time)];
    }
}
