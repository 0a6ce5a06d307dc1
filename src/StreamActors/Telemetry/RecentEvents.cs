namespace StreamActors.Telemetry;

/// <summary>A stream event and when it was.</summary>
/// <param name="Number">Counts up from 1 with every event, so that who asks again sees what is new.</param>
/// <param name="At">The wall clock.</param>
/// <param name="Event">The event.</param>
public sealed record DatedEvent(long Number, DateTimeOffset At, StreamEvent Event);

/// <summary>The newest stream events, for people who look on. Two hundred are kept.</summary>
public sealed class RecentEvents(TimeProvider time) : IStreamLog
{
    private const int Kept = 200;

    private readonly Lock _lock = new();
    private readonly Queue<DatedEvent> _events = new(Kept);
    private long _last;

    /// <inheritdoc/>
    public void Write(StreamEvent @event)
    {
        if (!@event.IsLogged)
            return;
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (_events.Count == Kept)
                _events.Dequeue();
            _events.Enqueue(new DatedEvent(++_last, now, @event));
        }
    }

    /// <summary>The newest of them, so many at most, the newest first.</summary>
    public IReadOnlyList<DatedEvent> Newest(int most)
    {
        lock (_lock)
        {
            return [.. _events.Reverse().Take(most)];
        }
    }
}
