using StreamActors.Protocol;

namespace StreamActors.Telemetry;

/// <summary>
/// Counts stream events: totals since the start, and recent figures. Its memory is bounded whatever the load: rates are kept in
/// sixty seconds, percentiles are of the newest 1,024 values that are no older than five minutes. One short lock, so that the
/// figures of a moment agree; nobody waits in it for anything.
/// </summary>
public sealed class StreamStatistics(TimeProvider time) : IStreamLog
{
    private const int NewestTimes = 1024;
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(5);
    private static readonly int Outcomes = Enum.GetValues<Outcome>().Length;
    private static readonly int Reasons = Enum.GetValues<EndReason>().Length;

    private readonly Lock _lock = new();
    private readonly long _began = time.GetTimestamp();
    private readonly long[,] _ended = new long[Outcomes, Reasons];
    private readonly long[] _dropped = new long[Reasons];
    private readonly RollingMinute _acceptedLately = new();
    private readonly RollingMinute _endedLately = new();
    private readonly RollingMinute _supersededLately = new();
    private readonly RollingMinute _tokensLately = new();
    private readonly RecentTimes _firstTokens = new(NewestTimes, Recent);
    private readonly RecentTimes _proofs = new(NewestTimes, Recent);
    private long _accepted;
    private long _started;
    private long _endedTotal;
    private long _droppedTotal;
    private long _superseded;
    private long _detached;
    private long _detachedEnded;
    private long _tokens;

    /// <inheritdoc/>
    public void Write(StreamEvent @event)
    {
        var now = time.GetElapsedTime(_began);
        lock (_lock)
        {
            Note(@event, now);
        }
    }

    /// <summary>The figures now.</summary>
    public StreamFigures Read()
    {
        var now = time.GetElapsedTime(_began);
        StreamFigures figures;
        TimeSpan[] firstTokens, proofs;
        lock (_lock)
        {
            (firstTokens, proofs) = (_firstTokens.Of(now), _proofs.Of(now));
            figures = new StreamFigures(
                now, _accepted, _started, Ended(), Dropped(), _superseded, _started - _endedTotal, _accepted - _started - _droppedTotal,
                _detached - _detachedEnded, _detached, _tokens,
                new MinuteFigures(
                    RollingMinute.Length(now), _acceptedLately.Sum(now), _endedLately.Sum(now), _supersededLately.Sum(now), _tokensLately.Sum(now)),
                Percentiles.None, Percentiles.None);
        }

        // Sorted outside: actors wait for the lock.
        return figures with { TimeToFirstToken = Percentiles.Of(firstTokens), TimeToProof = Percentiles.Of(proofs) };
    }

    private void Note(StreamEvent @event, TimeSpan now)
    {
        if (@event.IsSuperseding)
        {
            _superseded++;
            _supersededLately.Add(now, 1);
        }

        switch (@event)
        {
            case StreamEvent.Accepted:
                _accepted++;
                _acceptedLately.Add(now, 1);
                break;
            case StreamEvent.Started:
                _started++;
                break;
            case StreamEvent.Dropped e:
                _dropped[(int)e.Reason]++;
                _droppedTotal++;
                break;
            case StreamEvent.Ended e:
                NoteEnded(e, now);
                break;
            case StreamEvent.FinishedCleanly e:
                _proofs.Add(now, e.Took);
                break;
            case StreamEvent.TimedOutOnCancel:
                _detached++;
                break;
            case StreamEvent.DetachedEnded:
                _detachedEnded++;
                break;
        }
    }

    private void NoteEnded(StreamEvent.Ended ended, TimeSpan now)
    {
        _ended[(int)ended.Outcome, (int)ended.Reason]++;
        _endedTotal++;
        _endedLately.Add(now, 1);
        _tokens += ended.Tokens;
        if (ended.TimeToFirstToken is not { } first)
            return;
        // An answer that is not streamed has no first token, it comes whole.
        if (ended.Target.Streamed)
            _firstTokens.Add(now, first);
        _tokensLately.Spread(now - (ended.Duration - first), now, ended.Tokens);
    }

    private EndCount[] Ended() =>
    [
        .. from outcome in Enum.GetValues<Outcome>()
           from reason in Enum.GetValues<EndReason>()
           let count = _ended[(int)outcome, (int)reason]
           where count > 0
           orderby count descending
           select new EndCount(outcome, reason, count),
    ];

    private DropCount[] Dropped() =>
    [
        .. from reason in Enum.GetValues<EndReason>()
           let count = _dropped[(int)reason]
           where count > 0
           orderby count descending
           select new DropCount(reason, count),
    ];
}
