using StreamActors.Telemetry;

namespace StreamActors.Server.Http.Board;

/// <summary>
/// One owner's stream events: the newest ones in a ring, and figures of all. Whoever reads comes back with its own place in the
/// list; a slow reader finds the oldest overwritten and is told how many. Nobody who writes waits for one.
/// </summary>
internal sealed class OwnerBoard
{
    /// <summary>How many events are kept.</summary>
    public const int Kept = 2048;

    private static readonly double[] UpToMs = [0.5, 1, 2, 5, 10, 20, 50, 100, 500];

    private readonly Lock _lock = new();
    private readonly BoardEntry[] _ring = new BoardEntry[Kept];
    private readonly long[] _proofs = new long[UpToMs.Length + 1];
    private double _longestProof;
    private long _next;
    private long _prompts;
    private long _superseded;
    private long _detached;
    private long _tokens;

    /// <summary>Takes one in.</summary>
    public void Add(StreamEvent @event, DateTimeOffset at)
    {
        lock (_lock)
        {
            _ring[_next++ % Kept] = new BoardEntry(at, @event);
            Count(@event);
        }
    }

    /// <summary>What came since.</summary>
    /// <param name="place">Where the last reading ended; 0 for all there is.</param>
    /// <param name="most">No more than so many, the newest.</param>
    public BoardReading Read(long place, int most)
    {
        lock (_lock)
        {
            var first = Math.Max(place, _next - Math.Min(most, Kept));
            var entries = new BoardEntry[_next - first];
            for (var i = 0; i < entries.Length; i++)
                entries[i] = _ring[(first + i) % Kept];
            return new BoardReading(entries, first - place, _next, Totals());
        }
    }

    private void Count(StreamEvent @event)
    {
        if (@event.IsSuperseding)
            _superseded++;
        switch (@event)
        {
            case StreamEvent.Accepted:
                _prompts++;
                break;
            case StreamEvent.TimedOutOnCancel:
                _detached++;
                break;
            case StreamEvent.Ended ended:
                _tokens += ended.Tokens;
                break;
            case StreamEvent.FinishedCleanly proof:
                var ms = proof.Took.TotalMilliseconds;
                var range = Array.FindIndex(UpToMs, end => ms <= end);
                _proofs[range < 0 ? UpToMs.Length : range]++;
                _longestProof = Math.Max(_longestProof, ms);
                break;
        }
    }

    private BoardTotals Totals() => new(
        _prompts, _superseded, _detached, _tokens, new ProofTimes(UpToMs, [.. _proofs], Math.Round(_longestProof, 1)));
}
