namespace StreamActors.Streaming;

/// <summary>
/// The clock of one response: tells when nothing was written for the heartbeat's interval, and once when a flush has waited for
/// the client for the whole write timeout. Set to the earliest moment at which there can be something to do.
/// </summary>
internal sealed class ResponseClock : IDisposable
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private readonly ResponseFormat _format;
    private readonly bool _beats;
    private readonly TimeProvider _time;
    private readonly Action _silent;
    private readonly Action _stuck;
    private readonly ITimer _timer;
    private long _lastWrite;
    private long _flushSince;
    private bool _stuckTold;
    private volatile bool _stopped;

    /// <param name="format">The intervals.</param>
    /// <param name="time">What moves the clock.</param>
    /// <param name="silent">Called after each interval without a write, where the format has heartbeats.</param>
    /// <param name="stuck">Called once, when a flush has waited too long.</param>
    public ResponseClock(ResponseFormat format, TimeProvider time, Action silent, Action stuck)
    {
        (_format, _time, _silent, _stuck) = (format, time, silent, stuck);
        _beats = !format.Chunks.Heartbeat.IsEmpty;
        _lastWrite = time.GetTimestamp();
        _timer = time.CreateTimer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Arm();
    }

    /// <summary>A write begins, and with it the wait for the client.</summary>
    public void WriteBegins()
    {
        var now = _time.GetTimestamp();
        Volatile.Write(ref _flushSince, now);
        Volatile.Write(ref _lastWrite, now);
    }

    /// <summary>The client has taken it, or need not any more.</summary>
    public void WriteEnds() => Volatile.Write(ref _flushSince, 0);

    /// <summary>Nothing is told any more.</summary>
    public void Stop() => _stopped = true;

    public void Dispose() => _timer.Dispose();

    private void Tick()
    {
        if (_stopped)
            return;
        var flushSince = Volatile.Read(ref _flushSince);
        if (flushSince != 0 && !_stuckTold && _time.GetElapsedTime(flushSince) >= _format.WriteTimeout)
        {
            _stuckTold = true;
            _stuck();
        }
        else if (flushSince == 0 && _beats && _time.GetElapsedTime(Volatile.Read(ref _lastWrite)) >= _format.Heartbeat)
        {
            _silent();
        }

        Arm();
    }

    private void Arm()
    {
        var due = Left(Volatile.Read(ref _flushSince), _format.WriteTimeout);
        var heartbeat = Left(Volatile.Read(ref _lastWrite), _format.Heartbeat);
        if (_beats && heartbeat < due)
            due = heartbeat;
        _timer.Change(due > Shortest ? due : Shortest, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How much of an interval is left; the whole, where it has not begun or is over already.</summary>
    private TimeSpan Left(long since, TimeSpan interval)
    {
        var passed = since == 0 ? TimeSpan.Zero : _time.GetElapsedTime(since);
        return passed >= interval ? interval : interval - passed;
    }
}
