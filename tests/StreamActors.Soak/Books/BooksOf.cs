namespace StreamActors.Soak.Books;

/// <summary>
/// Reads a whole log and says what is wrong with it. Each accepted stream is dropped once or started once, each started one ends
/// once; a session never has two live; a start waits for the end, and the proof of it, of what it replaces; a start is always
/// that of the newest prompt. A session is told by its id alone: not for logs in which two keys use the same.
/// </summary>
public sealed class BooksOf
{
    private readonly Dictionary<string, StreamBook> _streams = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<StreamBook>> _sessions = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];

    public BooksOf(IEnumerable<string> log)
        : this(log.Select(LogLine.Parse))
    {
    }

    public BooksOf(IEnumerable<LogLine> log)
    {
        foreach (var line in log)
            Enter(line);
        foreach (var stream in _streams.Values)
            CheckClosed(stream);
    }

    /// <summary>What is wrong, in the order of the log.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>All streams.</summary>
    public IReadOnlyCollection<StreamBook> Streams => _streams.Values;

    /// <summary>The streams of one session in the order in which they were accepted.</summary>
    public IReadOnlyList<StreamBook> Of(string session) => _sessions.GetValueOrDefault(session) ?? [];

    private void Enter(LogLine line)
    {
        switch (line.Event)
        {
            case "stream_accepted":
                Accept(line);
                break;
            case "stream_dropped":
                Drop(StreamOf(line), line);
                break;
            case "stream_start":
                Start(StreamOf(line), line);
                break;
            case "stream_cancelled":
                Cancel(StreamOf(line), line);
                break;
            case "stream_end":
                End(StreamOf(line), line);
                break;
            case "prev_stream_finished_cleanly":
                FinishCleanly(StreamOf(line), line);
                break;
            case "prev_stream_timeout_on_cancel":
                TimeOut(StreamOf(line), line);
                break;
            case "stream_detached_ended":
                EndDetached(StreamOf(line), line);
                break;
        }
    }

    private void Accept(LogLine line)
    {
        var stream = new StreamBook(line);
        if (!Check(_streams.TryAdd(stream.Trace, stream), "accepted twice", line))
            return;
        if (!_sessions.TryGetValue(stream.Session, out var session))
            _sessions.Add(stream.Session, session = []);
        session.Add(stream);
    }

    private void Drop(StreamBook? stream, LogLine line)
    {
        if (stream is null)
            return;
        Check(stream.Dropped is null, "dropped twice", line);
        Check(stream.Started is null, "dropped though started", line);
        CheckSuperseder(stream, line);
        stream.Dropped = line;
    }

    private void Start(StreamBook? stream, LogLine line)
    {
        if (stream is null)
            return;
        Check(stream.Started is null, "started twice", line);
        Check(stream.Dropped is null, "started though dropped", line);
        var session = _sessions[stream.Session];
        Check(session.All(s => s.Started is null || s.Ended is not null), "started while another of its session is live", line);
        Check(!session.Any(s => s.OwesProof), "started before its predecessor was proven over", line);
        Check(session.Last(s => s.Dropped is null) == stream, "started though a newer one waits", line);
        stream.Started = line;
    }

    private void Cancel(StreamBook? stream, LogLine line)
    {
        if (stream is null)
            return;
        Check(stream.Started is not null, "cancelled though never started", line);
        Check(stream.Cancelled is null, "cancelled twice", line);
        Check(stream.Ended is null, "cancelled after its end", line);
        CheckSuperseder(stream, line);
        stream.Cancelled = line;
    }

    private void End(StreamBook? stream, LogLine line)
    {
        if (stream is null)
            return;
        Check(stream.Started is not null, "ended though never started", line);
        Check(stream.Ended is null, "ended twice", line);
        stream.Ended = line;
        switch (stream.Outcome)
        {
            case "completed":
                Check(stream.Cancelled is null && line.Reason is null, "completed though cancelled", line);
                break;
            case "cancelled":
                Check(stream.Cancelled is { } order && order.Reason == line.Reason, "ended as cancelled, not announced so", line);
                break;
            case "detached":
                Check(stream.TimedOut is not null || line.Reason == "server_shutdown", "detached without a time-out", line);
                break;
            default:
                Check(stream.Outcome == "failed" && line.Reason is not null, "ended without a known outcome and reason", line);
                break;
        }
    }

    private void FinishCleanly(StreamBook? stream, LogLine line)
    {
        if (stream is null)
            return;
        Check(stream.Ended is not null && stream.Outcome != "detached", "finished cleanly though not ended", line);
        Check(stream.FinishedCleanly is null, "finished cleanly twice", line);
        stream.FinishedCleanly = line;
    }

    private void TimeOut(StreamBook? stream, LogLine line)
    {
        if (stream is null)
            return;
        Check(stream.Started is not null && stream.Ended is null, "timed out though not live", line);
        stream.TimedOut = line;
    }

    private void EndDetached(StreamBook? stream, LogLine line)
    {
        if (stream is null)
            return;
        Check(stream.Outcome == "detached", "ended as detached though it was not", line);
        Check(stream.DetachedEnded is null, "ended as detached twice", line);
        stream.DetachedEnded = line;
    }

    private void CheckSuperseder(StreamBook stream, LogLine line)
    {
        if (line.Reason != "registry_new_stream")
            return;
        // A prompt that was overtaken on its way is accepted after the newer one, and dropped at once.
        var session = _sessions[stream.Session];
        var overtaken = stream.Started is null && session[^1] == stream;
        var newer = overtaken ? session.SkipLast(1) : session.SkipWhile(s => s != stream).Skip(1);
        Check(newer.Any(s => s.Trace == line["superseded_by"]), "superseded by none that is newer", line);
    }

    private void CheckClosed(StreamBook stream)
    {
        if (stream.Dropped is null && stream.Started is null)
            _faults.Add($"neither dropped nor started: {stream.Trace}");
        if (stream.Started is not null && stream.Ended is null)
            _faults.Add($"never ended: {stream.Trace}");
        if (stream.OwesProof)
            _faults.Add($"never proven over: {stream.Trace}");
    }

    private StreamBook? StreamOf(LogLine line)
    {
        if (!_streams.TryGetValue(line.Trace, out var stream))
            Check(false, "never accepted", line);
        else if (!Check(stream.Session == line.Session, "of another session before", line))
            return null;
        return stream;
    }

    private bool Check(bool holds, string fault, LogLine line)
    {
        if (!holds)
            _faults.Add($"{fault}: {line.Text}");
        return holds;
    }
}
