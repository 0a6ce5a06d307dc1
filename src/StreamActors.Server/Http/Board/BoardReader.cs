using StreamActors.Sessions;

namespace StreamActors.Server.Http.Board;

/// <summary>One subscriber's place on its owner's board. Not for two threads at once.</summary>
internal sealed class BoardReader(
    string owner, BoardLog log, SessionDirectory sessions, BoardBackends backends, ServerState state, TimeProvider time)
{
    /// <summary>Of how many running streams the progress is told.</summary>
    public const int MostRunning = 60;

    /// <summary>How many events one message has.</summary>
    public const int MostEvents = 400;

    /// <summary>How far back a snapshot goes.</summary>
    private static readonly TimeSpan History = TimeSpan.FromMinutes(1);

    private readonly OwnerBoard _board = log.Of(owner);
    private Dictionary<string, long> _told = [];
    private BoardFrame? _last;
    private long _place;

    /// <summary>All there is, and a minute of what was.</summary>
    public BoardFrame Snapshot()
    {
        _told = [];
        var since = time.GetUtcNow() - History;
        // The place before the sessions: what happens between the two is told once more, never left out.
        var reading = _board.Read(0, OwnerBoard.Kept);
        var recent = reading.Entries.Where(e => e.At >= since).ToList();
        return Frame(reading with { Entries = [.. recent.TakeLast(MostEvents)], Lost = Math.Max(0, recent.Count - MostEvents) });
    }

    /// <summary>What has changed since the last call, or null where nothing has.</summary>
    public BoardFrame? Changes()
    {
        var before = _last;
        var frame = Frame(_board.Read(_place, MostEvents));
        var same = before is not null && frame.Events.Count == 0 && frame.Running.Count == 0
            && (frame.Draining, frame.Sessions, frame.Streams) == (before.Draining, before.Sessions, before.Streams)
            && frame.Backends.SequenceEqual(before.Backends);
        return same ? null : frame;
    }

    private BoardFrame Frame(BoardReading reading)
    {
        _place = reading.Next;
        // With some untold, all that runs is told, from which the rest follows.
        if (reading.Lost > 0)
            _told = [];
        var live = sessions.All.Where(v => v.Key.Owner == owner).ToList();
        var streams = live.Where(v => v is { Trace: not null, Started: not null, Progress: not null }).ToList();
        var progress = streams
            .OrderByDescending(v => v.Started).Take(MostRunning)
            .Select(v => new BoardStream(
                v.Trace!.Value.Value, v.Key.Id, v.Model ?? "", BoardEvent.Milliseconds(v.Started!.Value), v.Progress!.Tokens,
                v.Progress.TimeToFirstToken is { } first ? ApiJson.Milliseconds(first) : null))
            .ToList();
        var changed = progress.Where(s => !_told.TryGetValue(s.Trace, out var told) || told != s.Tokens).ToList();
        _told = progress.ToDictionary(s => s.Trace, s => s.Tokens);
        return _last = new BoardFrame(
            BoardEvent.Milliseconds(time.GetUtcNow()), state.Draining, live.Count, streams.Count,
            reading.Totals.Tokens + streams.Sum(v => v.Progress!.Tokens), changed,
            [.. reading.Entries.Select(BoardEvent.Of)], reading.Lost, reading.Totals, backends.Look());
    }
}
