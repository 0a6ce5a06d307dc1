namespace StreamActors.Conformance.Backend;

/// <summary>The connections whose answers have a next piece to send, ordered by due time.</summary>
internal sealed class TimerQueue
{
    private const int Forever = -1;
    private const long MaxWait = 1_000_000_000;

    private readonly PriorityQueue<(Connection Connection, Generation Generation), (long Due, long Order)> _queue = new();
    private long _order;

    public void Add(Connection connection, Generation generation) =>
        _queue.Enqueue((connection, generation), (generation.Due, _order++));

    /// <summary>Takes the next connection that is due; timers of aborted answers are dropped.</summary>
    public Connection? TakeDue(long now)
    {
        DropStale();
        return _queue.TryPeek(out var next, out var priority) && priority.Due <= now && _queue.TryDequeue(out _, out _)
            ? next.Connection
            : null;
    }

    /// <summary>Microseconds to wait, in whole milliseconds rounded up because poll(2) counts these.</summary>
    public int Timeout(long now)
    {
        DropStale();
        if (!_queue.TryPeek(out _, out var priority))
        {
            return Forever;
        }

        var wait = Math.Clamp(priority.Due - now, 0, MaxWait);
        return (int)((wait + 999) / 1000 * 1000);
    }

    private void DropStale()
    {
        while (_queue.TryPeek(out var next, out _) && next.Connection.Live != next.Generation)
        {
            _queue.Dequeue();
        }
    }
}
