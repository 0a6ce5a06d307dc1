using System.Globalization;
using StreamActors.Soak.Books;
using StreamActors.Soak.Upstream;

namespace StreamActors.Soak.Checks;

/// <summary>
/// Goes line by line over the server's log and holds it against what the model servers recorded, matched by trace: who was
/// asked, whether the one before was over by then, what was sent, how it ended. Within one record the order decides, without
/// tolerance; where only clocks can tell, <see cref="Tolerance"/> is allowed.
/// </summary>
public sealed class LogConsistency
{
    /// <summary>How much later than its log line a close may reach a model server on a busy machine.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    private static readonly HashSet<string> NeedNotBeAsked = new(StringComparer.Ordinal)
    {
        "registry_new_stream", "client_disconnect", "client_cancel", "client_too_slow", "session_deleted", "admin_cancel",
        "server_shutdown", "session_moved", "backend_unreachable", "backend_busy", "backend_stuck", "first_token_timeout", "total_timeout",
    };

    private static readonly HashSet<string> CannotBeAsked = new(StringComparer.Ordinal)
    {
        "backend_unreachable", "backend_busy", "backend_stuck",
    };

    private readonly IReadOnlyDictionary<string, string> _servers;
    private readonly Dictionary<string, UpstreamCall> _calls;
    private readonly WallClock _clock;
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Entry> _lastAsked = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];
    private readonly List<long> _closedAfterLine = [];

    /// <param name="log">The whole log.</param>
    /// <param name="servers">Which model server stands behind a backend; other backends are not looked at.</param>
    /// <param name="records">The model servers' whole records.</param>
    /// <param name="receipts">All receipts that clients were given.</param>
    /// <param name="clock">Maps the log's time.</param>
    public LogConsistency(
        IEnumerable<LogLine> log,
        IReadOnlyDictionary<string, string> servers,
        IReadOnlyDictionary<string, IReadOnlyList<UpstreamEvent>> records,
        IEnumerable<ReceiptNote> receipts,
        WallClock clock)
    {
        (_servers, _clock) = (servers, clock);
        _calls = UpstreamCall.Of(records, _faults.Add);
        foreach (var line in log)
            Check(line);
        foreach (var (trace, call) in _calls)
            CheckAccounted(trace, call);
        foreach (var receipt in receipts)
            Check(receipt);
    }

    /// <summary>What does not fit.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Microseconds by which each close reached its model server after the log said the stream was over; 0: before.</summary>
    public IReadOnlyList<long> ClosedAfterLine => _closedAfterLine;

    /// <summary>Lines of streams that were checked.</summary>
    public int Lines { get; private set; }

    private void Check(LogLine line)
    {
        switch (line.Event)
        {
            case "stream_start":
                Start(line);
                break;
            case "stream_dropped":
                Expect(!_calls.ContainsKey(line.Trace), "dropped though a model server was asked", line.Text);
                Entered(line).Dropped = true;
                break;
            case "stream_cancelled":
                Expect(Entered(line) is { Started: true, End: null }, "cancelled though not running", line.Text);
                break;
            case "prev_stream_finished_cleanly":
                Expect(Entered(line) is { End: not null, Detached: false }, "finished cleanly though not ended", line.Text);
                CheckClosed(line);
                break;
            case "stream_end":
                End(Entered(line), line);
                break;
            case "stream_detached_ended":
                Expect(Entered(line).Detached, "a detached end of what was not detached", line.Text);
                CheckClosed(line);
                break;
            case "stream_accepted" or "prev_stream_timeout_on_cancel":
                break;
            default:
                return;
        }

        Lines++;
    }

    private void Start(LogLine line)
    {
        var entry = Entered(line);
        entry.Started = true;
        entry.Server = _servers.GetValueOrDefault(line["backend"] ?? "");
        if (!_calls.TryGetValue(line.Trace, out var call))
            return;
        Expect(call.Server == entry.Server, $"asked at {call.Server}", line.Text);
        if (_lastAsked.TryGetValue(line.Session, out var before) && !before.Detached)
            CheckOrder(_calls[before.Trace], call, line);
        _lastAsked[line.Session] = entry;
    }

    private void CheckOrder(UpstreamCall before, UpstreamCall call, LogLine line)
    {
        // Of two that were closed before they were read nobody can say which was first.
        var hasOrder = before.Server == call.Server && !(before.NeverLive && call.NeverLive);
        var inOrder = hasOrder
            ? before.OverPosition < call.AcceptPosition
            : before.Over?.Microseconds <= call.Accept.Microseconds + Tolerance.TotalMicroseconds;
        Expect(inOrder, "asked while the one before was not over", $"{before}, {call}, {line.Text}");
    }

    private void End(Entry entry, LogLine line)
    {
        entry.End = line;
        var tokens = int.Parse(line["tokens"] ?? "0", CultureInfo.InvariantCulture);
        var (completed, reason) = (line["outcome"] == "completed", line.Reason ?? "");
        if (!_calls.TryGetValue(line.Trace, out var call))
        {
            if (entry.Server is not null)
                Expect(!completed && NeedNotBeAsked.Contains(reason) && tokens == 0, "ended so though no model server was asked", line.Text);
            return;
        }

        Expect(!completed || call.Ended, $"completed though the model server said {call.Over?.Event ?? "nothing"}", line.Text);
        Expect(!completed || tokens >= call.Over?.Tokens, "completed with fewer tokens than the model server sent", line.Text);
        Expect(tokens <= call.MostTokens, $"more tokens than the model server sent ({call.MostTokens})", line.Text);
        Expect(!CannotBeAsked.Contains(reason), "not asked, it says, but it was", line.Text);
        Expect(!call.Ended || reason is not ("backend_truncated" or "backend_error"), "failed though the model server ended it", line.Text);
        if (!entry.Detached)
            CheckClosed(line);
    }

    /// <summary>The line says that the call is over; the model server's record has to agree by then.</summary>
    private void CheckClosed(LogLine line)
    {
        if (!_calls.TryGetValue(line.Trace, out var call) || call.Over is not { } over)
            return;
        var late = over.Microseconds - _clock.Monotonic(line.Time);
        if (line.Event == "stream_end")
            _closedAfterLine.Add(Math.Max(0, late));
        Expect(late <= Tolerance.TotalMicroseconds, $"said {late / 1000} ms before the model server saw it", line.Text);
    }

    private void CheckAccounted(string trace, UpstreamCall call)
    {
        Expect(_entries.TryGetValue(trace, out var entry) && entry.Started, "asked though the log has no start", $"{call.Accept}");
        Expect(call.Over is not null, "never over at the model server", $"{call.Accept}");
    }

    private void Check(ReceiptNote receipt)
    {
        var entry = _entries.GetValueOrDefault(receipt.Trace);
        switch (receipt.Outcome)
        {
            case "finished_cleanly":
                Expect(
                    entry is { Dropped: true } or { End: not null, Detached: false }, "receipt of a clean finish that the log has not", $"{receipt}");
                var overAt = _calls.GetValueOrDefault(receipt.Trace)?.Over?.Microseconds;
                Expect(!(overAt > receipt.Microseconds + Tolerance.TotalMicroseconds), "receipt before the model server saw the end", $"{receipt}");
                break;
            case "timed_out":
                Expect(entry is { Detached: true }, "receipt of a time-out that the log has not", $"{receipt}");
                break;
            default:
                Expect(
                    receipt.Outcome == "already_ended" && entry is { Dropped: true } or { End: not null }, "receipt of an end that the log has not", $"{receipt}");
                break;
        }
    }

    private Entry Entered(LogLine line)
    {
        if (!_entries.TryGetValue(line.Trace, out var entry))
            _entries.Add(line.Trace, entry = new Entry(line.Trace));
        return entry;
    }

    private void Expect(bool holds, string fault, string evidence)
    {
        if (!holds)
            _faults.Add($"{fault}: {evidence}");
    }

    private sealed class Entry(string trace)
    {
        public string Trace => trace;

        public string? Server { get; set; }

        public bool Started { get; set; }

        public bool Dropped { get; set; }

        public LogLine? End { get; set; }

        public bool Detached => End?["outcome"] == "detached";
    }
}
